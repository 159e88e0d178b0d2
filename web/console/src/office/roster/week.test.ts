import { expect, it } from "vitest";
import { byCell, clockOf, datesBetween, dragged, hoursOf, monthOf, whileAway, window } from "./week";

const item = (id: string, starts_at: string, ends_at: string, technician_id = "ana") => ({ id, technician_id, starts_at, ends_at });
const zone = (): string => "America/Santiago"; // three hours behind UTC in November
const USUAL = { from: 480, to: 1020 };

it("a shift stands on the day of the clock on the wall where it is worked", () => {
  const cells = byCell([item("a", "2026-11-23T11:00:00Z", "2026-11-23T20:00:00Z")], zone, "2026-11-23", 7);
  const [piece] = cells.get("ana 2026-11-23") ?? [];
  expect([clockOf(piece?.from ?? 0), clockOf(piece?.to ?? 0)]).toEqual(["08:00", "17:00"]);
  expect(cells.size).toBe(1);
});

it("a night stands on both of its days, and an absence on all of its days that are shown", () => {
  const night = byCell([item("n", "2026-11-24T01:00:00Z", "2026-11-24T09:00:00Z")], zone, "2026-11-23", 7);
  expect(night.get("ana 2026-11-23")?.[0]).toMatchObject({ from: 22 * 60, to: 24 * 60, before: false, after: true });
  expect(night.get("ana 2026-11-24")?.[0]).toMatchObject({ from: 0, to: 6 * 60, before: true, after: false });
  const days = byCell([item("h", "2026-11-20T03:00:00Z", "2026-11-26T03:00:00Z")], zone, "2026-11-23", 7);
  expect([...days.keys()]).toEqual(["ana 2026-11-23", "ana 2026-11-24", "ana 2026-11-25"]);
  expect(days.get("ana 2026-11-25")?.[0]?.after).toBe(false);
});

it("a shift in an absence of the same person is told, one beside it is not", () => {
  const shifts = [item("in", "2026-11-23T11:00:00Z", "2026-11-23T20:00:00Z"), item("beside", "2026-11-24T11:00:00Z", "2026-11-24T20:00:00Z"), item("other", "2026-11-23T11:00:00Z", "2026-11-23T20:00:00Z", "ben")];
  expect([...whileAway(shifts, [item("ill", "2026-11-23T18:00:00Z", "2026-11-24T11:00:00Z")])]).toEqual(["in"]);
});

it("dragging makes half hours, in whichever direction; a click is the usual shift", () => {
  expect(dragged(8 * 60 + 10, 16 * 60 + 50, USUAL)).toEqual({ from: 480, to: 1020 });
  expect(dragged(16 * 60 + 50, 8 * 60 + 10, USUAL)).toEqual({ from: 480, to: 1020 });
  expect(dragged(600, 605, USUAL)).toEqual(USUAL);
});

it("what is drawn of a day is wide enough for all that is there", () => {
  const cells = byCell([item("early", "2026-11-23T07:30:00Z", "2026-11-24T00:30:00Z")], zone, "2026-11-23", 7);
  expect(window(cells.values())).toEqual({ from: 4 * 60, to: 22 * 60 });
  expect(window([])).toEqual({ from: 360, to: 1200 });
});

it("days are counted over the ends of months", () => {
  expect(datesBetween("2026-03-01", "2026-02-27")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  expect(monthOf("2026-02-14")).toEqual({ first: "2026-02-01", days: 28 });
  expect(monthOf("2026-12-31")).toEqual({ first: "2026-12-01", days: 31 });
  expect(hoursOf(byCell([item("a", "2026-11-23T11:00:00Z", "2026-11-23T19:30:00Z")], zone, "2026-11-23", 7).get("ana 2026-11-23") ?? [])).toBe(8.5);
});
