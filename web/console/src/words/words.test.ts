import { words } from "@fieldwright/shared/texts";
import { expect, test, vi } from "vitest";

const TABLE = {
  plain: { en: "Nothing to fill", zh: "无" },
  both: { en: "{who} has {n, plural, one {one visit} other {# visits}} until {time}", zh: "{who} 在 {time} 前有 {n} 次上门" },
};

test("values and words that go by a number are filled in, large numbers as people write them", () => {
  const { say } = words(TABLE, "en", "UTC");
  expect(say("plain")).toBe("Nothing to fill");
  expect(say("both", { who: "Ana", n: 1, time: "10:00" })).toBe("Ana has one visit until 10:00");
  expect(say("both", { who: "{n}", n: 2400, time: "" })).toBe("{n} has 2,400 visits until ");
  expect(words(TABLE, "zh", "UTC").say("both", { who: "Ana", n: 3 })).toBe("Ana 在  前有 3 次上门");
});

test("a minute of the clock is formatted once, and each in its time zone, also where the clock is put forward", () => {
  const format = vi.spyOn(Intl.DateTimeFormat.prototype as { readonly format: unknown }, "format", "get");
  const { time } = words(TABLE, "en", "Europe/Berlin");
  expect(time("2026-03-29T00:59:10Z")).toBe("01:59");
  const asked = format.mock.calls.length;
  expect(time(new Date("2026-03-29T00:59:50Z"))).toBe("01:59");
  expect(format.mock.calls.length).toBe(asked);
  expect(time("2026-03-29T01:00:00Z")).toBe("03:00");
  expect(words(TABLE, "en", "UTC").time("2026-03-29T01:00:00Z")).toBe("01:00");
  format.mockRestore();
});
