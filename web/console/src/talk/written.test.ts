import { expect, test } from "vitest";
import { leftOf, type Written } from "./written";

const SENT: Written = { text: "Ring twice.", to: "technician", key: "a" };

test("what was sent is not left, and is never sent again under its key", () => {
  const left = leftOf(SENT, SENT);
  expect(left).toMatchObject({ text: "", to: "technician" });
  expect(left.key).not.toBe(SENT.key);
});

test("what was typed behind it meanwhile is left alone", () => {
  expect(leftOf({ ...SENT, text: "Ring twice. And wait.", key: "b" }, SENT)).toEqual({ ...SENT, text: "And wait.", key: "b" });
});

test("other words are left as they are", () => {
  const other: Written = { text: "Do not ring.", to: "note", key: "b" };
  expect(leftOf(other, SENT)).toEqual(other);
});
