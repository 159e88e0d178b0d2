import { describe, expect, it } from "vitest";
import { bought } from "./buying";
import { type Difference, planDocument } from "./document";

const place = (technician: string, start: string) => ({ technicians: [technician], shifts: [`shift-${technician}`], position: 0, start, end: start });
const load = (travel: number, overtime = 0) => ({ visits: [], travel, overtime, finish: null });

const DIFFERENCE: Difference = {
  gain: 30,
  touched: 2,
  new: 1,
  broken: [1, 0],
  terms: {},
  visits: [
    { visit: "a", kind: "reassigned", before: place("ana", "2026-11-23T12:00:00Z"), after: place("ben", "2026-11-23T12:30:00Z") },
    { visit: "b", kind: "assigned", before: null, after: place("carla", "2026-11-23T13:00:00Z") },
  ],
  technicians: {
    ana: { before: load(3600), after: load(600) },
    ben: { before: load(600), after: load(1200, 900) },
    carla: { before: load(0), after: load(300) },
  },
  promises: [
    { visit: "a", promise: "arrive_by", late_before: 1200, late_after: 0, kept: true },
    { visit: "b", promise: "arrive_by", late_before: null, late_after: 600, kept: false },
  ],
  sentences: [],
  clusters: [
    { id: "1", shifts: [["ana", "shift-ana"], ["ben", "shift-ben"]], visits: ["a"], gain: 25, mended: 1, touched: 2, new: 0 },
    { id: "2", shifts: [["carla", "shift-carla"]], visits: ["b"], gain: 5, mended: 0, touched: 0, new: 1 },
  ],
  curve: [],
  complaints: [],
};

describe("what a proposal buys", () => {
  it("is counted over all of it", () => {
    expect(bought(DIFFERENCE)).toEqual({
      travel: 2100,
      overtime: -900,
      lateness: 1200,
      kept: 1,
      missed: 0,
      placed: 1,
      leftOut: 0,
      gain: 30,
      mended: 1,
      touched: 2,
      people: 3,
      known: true,
    });
  });

  it("of a part is what that part changes alone", () => {
    const first = bought(DIFFERENCE, new Set(["1"]));
    expect([first.travel, first.gain, first.kept, first.placed, first.people, first.known]).toEqual([2400, 25, 1, 0, 2, true]);
    const nothing = bought(DIFFERENCE, new Set());
    expect([nothing.travel, nothing.gain, nothing.touched, nothing.people]).toEqual([0, 0, 0, 0]);
  });

  it("does not claim driving that it cannot tell apart", () => {
    const shared: Difference = { ...DIFFERENCE, clusters: DIFFERENCE.clusters.map((one) => ({ ...one, shifts: [["ana", one.id]] as const })) };
    expect(bought(shared, new Set(["1"])).known).toBe(false);
    expect(bought(shared, new Set(["1", "2"])).known).toBe(true);
  });
});

it("the first plan of all has nothing to differ from, and is shown nevertheless", () => {
  const first = planDocument({ difference: {}, scorecard: { total: 5 } } as unknown as Parameters<typeof planDocument>[0]);
  expect(first.difference.clusters).toEqual([]);
  expect(first.scorecard).toMatchObject({ total: 5, lines: [] });
});
