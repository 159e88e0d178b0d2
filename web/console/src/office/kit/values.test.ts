import { describe, expect, it } from "vitest";
import { changed, merged, same } from "./values";
import { byField, steps } from "./places";
import { parsedClock, parsedDuration, writtenDuration } from "./duration";
import { daysBetween, instantOf, isoWeek, mondayOf, wallOf } from "./wall";

describe("what a form holds", () => {
  it("differs only where its value does, whatever the order of members", () => {
    expect(same({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({}, [])).toBe(false);
    expect(changed({ name: "Ana", skills: [{ skill: "gas" }] }, { name: "Ana", skills: [{ skill: "gas", level: 2 }] })).toEqual({
      skills: [{ skill: "gas", level: 2 }],
    });
  });

  it("keeps what was typed when somebody else was faster, takes what only they changed, and tells what both did", () => {
    const before = { name: "Ana", phone: "1", email: "a@b" };
    const mine = { name: "Ana Rojas", phone: "1", email: "mine@b" };
    const theirs = { name: "Ana", phone: "2", email: "theirs@b" };
    const { values, clashes } = merged(before, mine, theirs);
    expect(values).toEqual({ name: "Ana Rojas", phone: "2", email: "mine@b" });
    expect(clashes).toEqual([{ name: "email", mine: "mine@b", theirs: "theirs@b" }]);
  });

  it("is no clash where both wrote the same", () => {
    expect(merged({ name: "A" }, { name: "B" }, { name: "B" }).clashes).toEqual([]);
  });
});

describe("the place of a complaint", () => {
  it("names a field and a way in it, however the server writes it", () => {
    expect(steps("body.skills.0.level")).toEqual(["skills", "0", "level"]);
    expect(steps("breaks[0].earliest")).toEqual(["breaks", "0", "earliest"]);
    expect(steps("name")).toEqual(["name"]);
  });

  it("that is about no field of the form is kept for the whole of it", () => {
    const found = byField(
      [
        { place: "body.name", problem: "must not be empty", remedy: "" },
        { place: "body.elsewhere", problem: "is wrong", remedy: "" },
      ],
      ["name"],
    );
    expect(found.get("name")?.[0]?.within).toEqual([]);
    expect(found.get("")?.[0]?.within).toEqual(["elsewhere"]);
  });
});

describe("durations", () => {
  it.each([
    ["1:30", 5400],
    ["90", 5400],
    ["90 min", 5400],
    ["1 h 30", 5400],
    ["1h30min", 5400],
    ["2 小时", 7200],
    ["1.5 h", 5400],
    ["2 d", 172_800],
    ["45 s", 45],
    ["0", 0],
  ])("reads %s as %d seconds", (text, seconds) => expect(parsedDuration(text)).toBe(seconds));

  it.each(["", "soon", "1:75", "h", "3 parsecs"])("does not read %j", (text) => expect(parsedDuration(text)).toBeNull());

  it("reads what it writes, in both languages", () => {
    for (const seconds of [0, 45, 60, 5400, 86_400, 93_784, 172_800]) {
      expect(parsedDuration(writtenDuration(seconds, "en"))).toBe(seconds);
      expect(parsedDuration(writtenDuration(seconds, "zh"))).toBe(seconds);
    }
  });

  it.each([["8", "08:00"], ["830", "08:30"], ["08:30", "08:30"], ["8.30", "08:30"], ["24", "24:00"]])("reads the time %s as %s", (text, time) =>
    expect(parsedClock(text)).toBe(time),
  );
  it.each(["25", "24:30", "noon", "", "8:61"])("does not read the time %j", (text) => expect(parsedClock(text)).toBeNull());
});

describe("the clock on the wall", () => {
  it("goes there and back, also on the days on which it is put forward or back", () => {
    for (const date of ["2026-03-29", "2026-10-25", "2026-11-23"]) {
      for (const time of ["00:00", "08:30", "23:30"]) expect(wallOf(instantOf({ date, time }, "Europe/Madrid"), "Europe/Madrid")).toEqual({ date, time });
    }
  });

  it("ends a day with 24:00", () => {
    expect(instantOf({ date: "2026-11-23", time: "24:00" }, "UTC")).toBe(instantOf({ date: "2026-11-24", time: "00:00" }, "UTC"));
  });

  it("counts weeks as ISO 8601 does", () => {
    expect(mondayOf("2026-11-22")).toBe("2026-11-16");
    expect(isoWeek("2026-11-22")).toBe("2026-W47");
    expect(isoWeek("2027-01-01")).toBe("2026-W53");
    expect(isoWeek("2024-12-30")).toBe("2025-W01");
    expect(daysBetween("2026-02-27", "2026-03-01")).toBe(2);
  });
});
