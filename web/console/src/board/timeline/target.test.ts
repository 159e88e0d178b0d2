import { describe, expect, test } from "vitest";
import { ana, byId, clock, ms, planned, visit } from "./days";
import { layoutOf } from "./row-layout";
import { linesOf } from "./rows";
import { editsFor, neighbour, personAt, targetAt, targetFor, unmoved } from "./target";

const a = visit("a", { planned: [planned("09:00", "10:00")] });
const b = visit("b", { planned: [planned("11:00", "12:00")] });
const c = visit("c", { planned: [planned("14:00", "15:00")] });
const row = layoutOf(ana([a, b, c]), byId([a, b, c]));
const none = new Set<string>();
const scale = { from: ms("08:00"), until: ms("18:00"), hour: 60 }; // a pixel is a minute

describe("a drop", () => {
  test("goes before the first stop whose middle is later", () => {
    expect(targetFor(row, ms("08:30"), none, false)?.position).toBe(0);
    expect(targetFor(row, ms("09:29"), none, false)?.position).toBe(0);
    expect(targetFor(row, ms("09:30"), none, false)?.position).toBe(1);
    expect(targetFor(row, ms("16:00"), none, false)?.position).toBe(3);
  });

  test("counts only the stops that stay", () => {
    expect(targetFor(row, ms("16:00"), new Set(["a"]), false)?.position).toBe(2);
  });

  test("never goes before what is under way or done", () => {
    const there = visit("a", { status: "on_site", planned: [planned("09:00", "10:00")], actual: { arrived_at: clock("09:00") } });
    const busy = layoutOf(ana([there, b]), byId([there, b]));
    expect(targetFor(busy, ms("08:10"), none, false)?.position).toBe(1);
  });

  test("is counted among what is still to be done: what is over is no part of the plan any more", () => {
    const over = visit("a", { status: "completed", planned: [planned("09:00", "10:00")], actual: { started_at: clock("09:00"), finished_at: clock("09:50") } });
    const later = layoutOf(ana([over, b, c]), byId([over, b, c]));
    expect(targetFor(later, ms("13:00"), none, false)?.position).toBe(1);
    const same = targetFor(later, ms("11:10"), new Set(["b"]), false)!;
    expect([same.position, unmoved(later, same, [{ visit: "b", role: 0 }])]).toEqual([0, true]);
  });

  test("has no place with somebody who has no shift", () => {
    expect(targetFor(layoutOf(ana([], { shifts: [] }), new Map()), ms("09:00"), none, false)).toBeNull();
  });

  test("is drawn to the window of what is dropped", () => {
    const asked = visit("d", { windows: [{ earliest: clock("12:33"), latest: clock("13:00") }] });
    expect(targetAt(row, scale, 4 * 60 + 30, asked, none, false)?.at).toBe(ms("12:33"));
    expect(targetAt(row, scale, 4 * 60 + 18, asked, none, false)?.at).toBe(ms("12:20"));
  });

  test("becomes edits that keep several in their order, and pins a start that is meant to the minute", () => {
    const target = { technician: "ana", shift: "shift-ana", position: 1, at: ms("10:15"), exact: true };
    expect(editsFor([{ visit: "x", role: 0 }, { visit: "y", role: 1 }], target)).toEqual([
      { visit: "x", role: 0, technician: "ana", shift: "shift-ana", position: 1, pin: { technician: "ana", start: "2026-11-23T10:15:00.000Z" } },
      { visit: "y", role: 1, technician: "ana", shift: "shift-ana", position: 2 },
    ]);
  });

  test("where it came from changes nothing", () => {
    const target = targetFor(row, ms("11:10"), new Set(["b"]), false);
    expect(target?.position).toBe(1);
    expect(unmoved(row, target!, [{ visit: "b", role: 0 }])).toBe(true);
    expect(unmoved(row, { ...target!, position: 0 }, [{ visit: "b", role: 0 }])).toBe(false);
    expect(unmoved(row, { ...target!, exact: true }, [{ visit: "b", role: 0 }])).toBe(false);
  });
});

describe("the keyboard", () => {
  test("goes from place to place and stops at the ends", () => {
    const first = targetFor(row, ms("08:30"), none, false)!;
    expect(first.position).toBe(0);
    expect(neighbour(row, first, -1, none)).toBeNull();
    const second = neighbour(row, first, 1, none)!;
    expect([second.position, second.at]).toEqual([1, ms("10:00")]);
    const last = targetFor(row, ms("16:00"), none, false)!;
    expect(neighbour(row, last, 1, none)).toBeNull();
  });
});

test("a height between the headings is a person's", () => {
  const lines = linesOf([{ id: "ana", name: "Ana", territory: null, start: 0, used: 0, trouble: 0 }], [], "name", true, new Set(), { group: 20, person: 40 }, "Elsewhere");
  expect(personAt(lines, 10)).toBeNull();
  expect(personAt(lines, 20)).toBe("ana");
  expect(personAt(lines, 61)).toBeNull();
});
