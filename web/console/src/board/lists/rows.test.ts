import { expect, test } from "vitest";
import type { Board, Visit } from "../../live";
import { listsOf } from "./rows";

function visit(number: string, more: Partial<Visit> = {}): Visit {
  const planned = [{ role: 0, technician: "t", shift: "s", arrival: "", start: "2026-11-23T09:00:00Z", end: "", travel_seconds: 0, travel_metres: 0, travel_source: null, leave_at: null }];
  return {
    id: number, number, priority: "normal", status: "scheduled", promises: [], planned, jeopardy: null, late_by: 0,
    actual: { started_at: null, arrived_at: null }, ...more,
  } as unknown as Visit;
}

const open = { status: "open", planned: [] } as const;
const due = (hour: number): Visit["promises"] => [{ target: "on_site", due: `2026-11-23T${hour}:00:00Z`, state: "running" }];

test("what nobody has is ordered by priority, then by what is due first", () => {
  const visits = [visit("1", { ...open, promises: due(12) }), visit("2", open), visit("3", { ...open, promises: due(10) }), visit("4", { ...open, priority: "critical" })];
  const { unassigned, day } = listsOf({ visits } as unknown as Board, () => true);
  expect(unassigned.map((one) => one.number)).toEqual(["4", "3", "1", "2"]);
  expect(day).toEqual([]);
});

test("what is at risk is ordered by how late it will be, and is among the visits of the day too", () => {
  const late = (late_by: number): Partial<Visit> => ({ jeopardy: { target: "on_site", due: null, late_by } });
  const visits = [visit("1", late(60)), visit("2", late(600)), visit("3"), visit("4", { ...late(900), status: "completed" })];
  const { atRisk, day } = listsOf({ visits } as unknown as Board, () => true);
  expect(atRisk.map((one) => one.number)).toEqual(["2", "1"]);
  expect(day).toHaveLength(4);
});

test("only what passes the filter is listed", () => {
  const visits = [visit("1"), visit("2", open)];
  const { unassigned, day } = listsOf({ visits } as unknown as Board, ({ number }) => number === "1");
  expect([unassigned.length, day.length]).toEqual([0, 1]);
});
