import { describe, expect, test } from "vitest";
import { inSight, lineAt, linesOf, nextPerson, NOWHERE, type Told } from "./rows";

const told = (id: string, more: Partial<Told> = {}): Told => ({ id, name: id, territory: "n", start: 0, used: 0.5, trouble: 0, ...more });
const HEIGHTS = { group: 20, person: 40 };
const PLACES = [
  { id: "s", name: "South" },
  { id: "n", name: "North" },
];
const people = [told("carla"), told("ana", { territory: "s", used: 0.9 }), told("ben", { trouble: 2 }), told("zoe", { territory: null })];

describe("lines", () => {
  test("stand under their territories, in the order of names, those without one last", () => {
    const lines = linesOf(people, PLACES, "name", true, new Set(), HEIGHTS, "No territory");
    expect(lines.all.map((line) => (line.kind === "group" ? `${line.name} ${line.people}` : line.id))).toEqual([
      "North 2", "ben", "carla", "South 1", "ana", "No territory 1", "zoe",
    ]);
    expect(lines.all.map((line) => line.top)).toEqual([0, 20, 60, 100, 120, 160, 180]);
    expect(lines.height).toBe(220);
  });

  test("are hidden where their group is closed", () => {
    const lines = linesOf(people, PLACES, "name", true, new Set(["n", NOWHERE]), HEIGHTS, "No territory");
    expect(lines.all.map((line) => line.id)).toEqual(["n", "s", "ana", NOWHERE]);
    expect(lines.ofPerson.get("ben")).toBeUndefined();
  });

  test("are ordered by what a dispatcher looks for", () => {
    const ids = (order: "used" | "trouble"): string[] =>
      linesOf(people, PLACES, order, false, new Set(), HEIGHTS, "").all.map((line) => line.id);
    expect(ids("used")).toEqual(["ana", "ben", "carla", "zoe"]);
    expect(ids("trouble")).toEqual(["ben", "ana", "carla", "zoe"]);
  });
});

describe("a view of three hundred", () => {
  const many = Array.from({ length: 300 }, (_, index) => told(`t${String(index).padStart(3, "0")}`));
  const lines = linesOf(many, [], "name", false, new Set(), HEIGHTS, "");

  test("holds only what is in it and a little more", () => {
    expect(inSight(lines, 0, 400, 80)).toEqual({ first: 0, end: 13 }); // lines 0 to 12: 480 pixels
    expect(inSight(lines, 4000, 400, 80)).toEqual({ first: 98, end: 113 });
    expect(inSight(lines, 11_600, 400, 80)).toEqual({ first: 288, end: 300 });
  });

  test("finds the line at any height", () => {
    expect(lineAt(lines, -10)).toBe(0);
    expect(lineAt(lines, 39)).toBe(0);
    expect(lineAt(lines, 40)).toBe(1);
    expect(lineAt(lines, 99_999)).toBe(299);
  });

  test("leads from person to person past headings", () => {
    const grouped = linesOf(people, PLACES, "name", true, new Set(), HEIGHTS, "");
    expect(nextPerson(grouped, 2, 1)).toBe("ana");
    expect(nextPerson(grouped, 1, -1)).toBeNull();
  });
});
