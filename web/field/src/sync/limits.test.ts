import { expect, test } from "vitest";
import { fitting, LONGEST } from "./limits";

test("a text is cut to what the server takes, by its characters, and none in half", () => {
  const most = LONGEST.complete.summary;
  expect(fitting("complete", { summary: "a".repeat(most) })).toEqual({ summary: "a".repeat(most) });
  expect(fitting("complete", { summary: "🔧".repeat(most) })).toEqual({ summary: "🔧".repeat(most) });
  expect(fitting("complete", { summary: "🔧".repeat(most + 1) })).toEqual({ summary: "🔧".repeat(most) });
});

test("texts of texts are cut too, and what is no text stays as it is", () => {
  const data = { reason: "A part", parts: [{ part: "p".repeat(200), quantity: 2 }], duration: 3600 };
  expect(fitting("need_parts", data)).toEqual({ ...data, parts: [{ part: "p".repeat(LONGEST.need_parts["parts.part"]), quantity: 2 }] });
  const answers = { version: 3, answers: { note: "n".repeat(3000), photos: ["a", "b"] } };
  expect(fitting("checklist", answers)).toEqual(answers);
});

test("half a character and the character NUL are not sent: the server would keep neither", () => {
  expect(fitting("complete", { summary: "a\0b\ud83dc" })).toEqual({ summary: "ab\ufffdc" });
});
