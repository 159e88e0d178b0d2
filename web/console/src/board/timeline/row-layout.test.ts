import { describe, expect, test } from "vitest";
import { ana, byId, clock, ms, planned, visit } from "./days";
import { layoutOf, type Row } from "./row-layout";

function rowOf(...visits: Parameters<typeof ana>[0]): Row {
  return layoutOf(ana(visits), byId(visits));
}

describe("a row", () => {
  test("shows a planned visit where it is planned, the way there before it, and waiting between the two", () => {
    const row = rowOf(visit("a", { planned: [planned("09:30", "10:30", { arrival: clock("09:15"), leave_at: clock("08:55") })] }));
    expect(row.bars).toMatchObject([{ from: ms("09:30"), until: ms("10:30"), position: 0 }]);
    expect(row.ways).toEqual([{ from: ms("08:55"), until: ms("09:15"), estimated: false }]);
    expect(row.waits).toEqual([{ from: ms("09:15"), until: ms("09:30") }]);
  });

  test("shows what was done where it was done, however it was planned", () => {
    const done = visit("a", {
      status: "completed",
      planned: [planned("09:00", "10:00")],
      actual: { departed_at: clock("08:50"), arrived_at: clock("09:10"), started_at: clock("09:12"), finished_at: clock("09:50") },
    });
    const row = rowOf(done);
    expect(row.bars).toMatchObject([{ from: ms("09:12"), until: ms("09:50"), arrival: ms("09:10"), leave: ms("08:50") }]);
    expect(row.waits).toEqual([]);
  });

  test("lets work that is under way end when it is expected to", () => {
    const working = visit("a", { status: "working", planned: [planned("09:00", "10:00")], actual: { arrived_at: clock("09:05"), started_at: clock("09:05") }, expected_end: clock("10:40") });
    expect(rowOf(working).bars).toMatchObject([{ from: ms("09:05"), until: ms("10:40") }]);
  });

  test("lets what is left of it end where the plan puts that, when a new plan was made meanwhile", () => {
    const working = visit("a", { status: "working", planned: [planned("09:40", "10:10")], actual: { arrived_at: clock("09:05"), started_at: clock("09:05") } });
    expect(rowOf(working).bars).toMatchObject([{ from: ms("09:05"), until: ms("10:10") }]);
  });

  test("puts visits of the same time into two halves, and leaves the others whole", () => {
    const row = rowOf(
      visit("a", { planned: [planned("09:00", "11:00")] }),
      visit("b", { planned: [planned("10:00", "10:30")] }),
      visit("c", { planned: [planned("11:00", "12:00")] }),
    );
    expect(row.bars.map((bar) => [bar.visit.id, bar.lane])).toEqual([["a", "upper"], ["b", "lower"], ["c", "whole"]]);
  });

  test("shows the window of a visit, or the appointment instead, until it is over", () => {
    const windows = [{ earliest: clock("08:00"), latest: clock("12:00") }];
    const appointment = { earliest: clock("09:00"), latest: clock("10:00") };
    const row = rowOf(
      visit("a", { windows, planned: [planned("09:00", "10:00")] }),
      visit("b", { windows, appointment, planned: [planned("10:00", "11:00")] }),
      visit("c", { windows, status: "completed", planned: [planned("11:00", "12:00")] }),
    );
    expect(row.windows.map((one) => [one.visit, one.kind, one.from])).toEqual([["a", "window", ms("08:00")], ["b", "appointment", ms("09:00")]]);
    expect(row.windows.map((one) => one.tight)).toEqual([false, true]);
  });

  test("marks the promises that have a place in time, and which of them the plan misses", () => {
    const promises = [
      { target: "respond" as const, due: clock("08:30"), state: "met" as const },
      { target: "on_site" as const, due: clock("09:30"), state: "running" as const },
      { target: "resolve" as const, due: clock("09:50"), state: "running" as const },
    ];
    const row = rowOf(visit("a", { promises, planned: [planned("09:00", "10:00")] }));
    expect(row.ticks).toEqual([
      { visit: "a", at: ms("09:30"), missed: false, tight: true },
      { visit: "a", at: ms("09:50"), missed: true, tight: true },
    ]);
  });

  test("says how much of the shift is used, and where overtime begins", () => {
    // Nine hours; an hour of work and a quarter on the road, twice.
    const row = rowOf(visit("a", { planned: [planned("09:00", "10:00")] }), visit("b", { planned: [planned("16:30", "17:30")] }));
    expect(row.used).toBeCloseTo(2.5 / 9);
    expect(row.duties).toEqual([
      { id: "shift-ana", from: ms("08:00"), until: ms("17:00"), most: ms("18:00"), overtime: { from: ms("17:00"), until: ms("17:30") } },
    ]);
  });

  test("shows a break where it was taken, else where it is planned, else where it may begin", () => {
    const rest = { id: "r", earliest: clock("12:00"), latest: clock("14:00"), duration: 1800, planned_start: clock("12:40"), planned_end: clock("13:10"), taken_at: null, ended_at: null };
    const shown = (given: object): unknown => layoutOf(ana([], {}, { breaks: [{ ...rest, ...given }] }), new Map()).rests[0];
    expect(shown({})).toEqual({ id: "r", taken: false, from: ms("12:40"), until: ms("13:10") });
    expect(shown({ taken_at: clock("12:50") })).toEqual({ id: "r", taken: true, from: ms("12:50"), until: ms("13:20") });
    expect(shown({ planned_start: null, planned_end: null })).toEqual({ id: "r", taken: false, from: ms("12:00"), until: ms("12:30") });
  });

  test("leaves out a stop whose visit it does not know", () => {
    expect(layoutOf(ana([visit("a")]), new Map()).bars).toEqual([]);
  });
});
