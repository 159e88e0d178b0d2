import { describe, expect, test } from "vitest";
import type { Board } from "../../live";
import { ana, byId, clock, planned, visit } from "./days";
import { afterTrial, dearest, newlyBroken, type Trial, type TriedStop } from "./trial";

const a = visit("a", { planned: [planned("09:00", "10:00")] });
const b = visit("b", { planned: [planned("11:00", "12:00")] });
const ben = ana([], { id: "ben", name: "Ben" }, { id: "shift-ben" });
const technicians = [ana([a, b]), ben];
const board = { technicians, visitById: byId([a, b]) } as unknown as Board;

function stop(id: string, who: string, position: number, start: string, end: string): TriedStop {
  return { visit: id, role: 0, technician: who, shift: `shift-${who}`, position, arrival: clock(start), start: clock(start), end: clock(end), travel_seconds: 600, travel_metres: 5000, leave_at: clock(start) };
}

const nothing: Trial = { edition: 1, before: 0, after: 0, change: 0, by_rule: [], broken: [], stops: [], moved: [], may_publish: true, may_force: true, fence: [] };

describe("the board after a trial", () => {
  test("has the visit with its new technician, and what stays where the trial puts it", () => {
    const trial = { ...nothing, stops: [stop("b", "ben", 0, "10:30", "11:30"), stop("a", "ana", 0, "08:50", "09:50")] };
    const after = afterTrial(board, [{ visit: "b", technician: "ben", role: 0 }], trial);
    expect(after.visits?.b?.planned).toMatchObject([{ technician: "ben", shift: "shift-ben", start: clock("10:30") }]);
    expect(after.visits?.a?.planned).toMatchObject([{ technician: "ana", start: clock("08:50") }]);
    expect(after.technicians?.ben?.shifts?.[0]?.stops).toEqual([{ visit: "b", role: 0 }]);
    expect(after.technicians?.ana?.shifts?.[0]?.stops).toEqual([{ visit: "a", role: 0 }]);
  });

  test("has nobody for what is taken from everybody", () => {
    const after = afterTrial(board, [{ visit: "a", unassign: true }], { ...nothing, stops: [stop("b", "ana", 0, "11:00", "12:00")] });
    expect(after.visits?.a?.planned).toEqual([]);
    expect(after.technicians?.ana?.shifts?.[0]?.stops).toEqual([{ visit: "b", role: 0 }]);
  });

  test("empties a shift of which the trial has nothing left to say", () => {
    const alone = { technicians: [ana([a]), ben], visitById: byId([a]) } as unknown as Board;
    const after = afterTrial(alone, [{ visit: "a", technician: "ben", role: 0 }], { ...nothing, stops: [stop("a", "ben", 0, "10:30", "11:30")] });
    expect(after.technicians?.ana?.shifts?.[0]?.stops).toEqual([]);
  });
});

test("what must hold is said before what is preferred, what is moved before the others, and nothing that was broken before", () => {
  const broken = [
    { rule: "overtime", level: "prefer" as const, sentence: "Ana works 20 min of overtime.", visits: ["x"], new: true },
    { rule: "windows", level: "must" as const, sentence: "J-3 starts too late.", visits: ["y"], new: true },
    { rule: "skills", level: "must" as const, sentence: "Ana lacks gas.", visits: ["x"], new: true },
    { rule: "windows", level: "must" as const, sentence: "J-2 is late anyway.", visits: ["x"], new: false },
  ];
  expect(newlyBroken({ ...nothing, broken }, new Set(["x"])).map((one) => one.sentence)).toEqual([
    "Ana lacks gas.", "J-3 starts too late.", "Ana works 20 min of overtime.",
  ]);
});

test("the price begins with the line that changes most", () => {
  const line = (rule: string, change: number) => ({ rule, title: rule, level: "prefer" as const, before: 0, after: change, change });
  const by_rule = [line("travel", 2), line("overtime", -8), line("moved", 0.01), line("lateness", 4)];
  expect(dearest({ ...nothing, by_rule }, 2).map((one) => one.rule)).toEqual(["overtime", "lateness"]);
});
