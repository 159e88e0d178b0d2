import { expect, test } from "vitest";
import type { PlanDocument, VisitChange } from "../../plans";
import { wordsOf } from "../../words";
import { ghostsOf } from "./ghosts";
import { clock, ms } from "./days";
import { TEXTS } from "./texts";

const words = wordsOf(TEXTS, "en", "UTC");
const place = (technician: string, start: string, end: string) => ({ technicians: [technician], shifts: [`shift-${technician}`], position: 0, start: clock(start), end: clock(end) });
const plan = { difference: { clusters: [{ visits: ["a"], gain: 12.5 }] } } as unknown as Pick<PlanDocument, "difference">;

function kinds(change: Partial<VisitChange>): unknown {
  const whole: VisitChange = { visit: "a", kind: "reassigned", before: null, after: null, ...change };
  return ghostsOf(whole, plan, words, () => "Hotel Mar").map(({ kind, technician, from, label, buys }) => ({ kind, technician, from, label, buys }));
}

test("a visit that changes hands is a ghost where it was and an outline where it would be, with what that buys", () => {
  expect(kinds({ before: place("ana", "09:00", "10:00"), after: place("ben", "11:00", "12:00") })).toEqual([
    { kind: "from", technician: "ana", from: ms("09:00"), label: "Hotel Mar is here now", buys: undefined },
    { kind: "to", technician: "ben", from: ms("11:00"), label: "Hotel Mar would be here at 11:00", buys: "saves 12.5" },
  ]);
});

test("what is new, and what would have nobody, is marked as such", () => {
  expect(kinds({ kind: "assigned", after: place("ben", "11:00", "12:00") })).toMatchObject([{ kind: "new", technician: "ben" }]);
  expect(kinds({ kind: "unassigned", before: place("ana", "09:00", "10:00") })).toMatchObject([{ kind: "removed", technician: "ana" }]);
});

test("a shift of a few minutes leaves no ghost where the visit was", () => {
  expect(kinds({ kind: "shifted", before: place("ana", "09:00", "10:00"), after: place("ana", "09:05", "10:05") })).toMatchObject([{ kind: "to" }]);
});
