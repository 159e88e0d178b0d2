import { expect, it } from "vitest";

import { daysOf, hoursAndMinutes, weekOf, weeksLater } from "./weeks";

it.each([
  ["2026-11-23", "2026-W48"],
  ["2026-11-22", "2026-W47"],
  ["2027-01-01", "2026-W53"],
  ["2027-01-04", "2027-W01"],
  ["2024-12-30", "2025-W01"],
  ["2021-01-03", "2020-W53"],
])("%s lies in the week %s", (date, week) => expect(weekOf(date)).toBe(week));

it("a week is seven days, over the end of a year as well", () => {
  expect([weeksLater("2026-12-30", 1), weeksLater("2027-01-06", -1)]).toEqual(["2027-01-06", "2026-12-30"]);
});

it("seconds are read as hours and minutes", () => {
  expect([0, 59, 3600, 25_530].map(hoursAndMinutes)).toEqual(["0:00", "0:01", "1:00", "7:06"]);
});

it.each(["2026-11-23", "2026-11-25", "2026-11-29"])("the week of %s goes from Monday to Sunday", (date) => {
  expect(daysOf(date)).toEqual(["2026-11-23", "2026-11-29"]);
});
