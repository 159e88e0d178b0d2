import { describe, expect, it } from "vitest";
import { completedBy, happenedBy, MINUTE, played, type ReplayDay, share } from "./model";

const AT = (time: string): string => `2026-11-23T${time}:00Z`;
const NEVER = { dispatched_at: null, accepted_at: null, departed_at: null, arrived_at: null, started_at: null, paused_at: null, finished_at: null };
const ROLE = { role: 0, technician: "ana", shift: "s", arrival: AT("12:50"), start: AT("13:00"), end: AT("14:00") };

const day = {
  day: "2026-11-23",
  since: AT("03:00"),
  until: "2026-11-24T03:00:00Z",
  now: "2026-11-24T12:00:00Z",
  technicians: [
    { id: "ana", name: "Ana", shifts: [{ starts_at: AT("12:07"), ends_at: AT("20:00") }] },
    { id: "ben", name: "Ben", shifts: [] },
  ],
  visits: [
    {
      id: "v1",
      status: "completed",
      appointment: { earliest: AT("12:30"), latest: AT("13:00") },
      planned: [ROLE],
      done: [ROLE],
      actual: { ...NEVER, departed_at: AT("12:40"), arrived_at: AT("13:05"), started_at: AT("13:06"), finished_at: AT("14:10") },
    },
    { id: "v2", status: "working", appointment: null, planned: [], done: [ROLE], actual: { ...NEVER, arrived_at: AT("15:00") } },
  ],
  frames: [
    { at: AT("12:40"), kind: "status" },
    { at: AT("12:40"), kind: "position" },
    { at: AT("13:05"), kind: "status" },
  ],
} as unknown as ReplayDay;

describe("a day that is played again", () => {
  const shown = played(day);

  it("begins and ends with what was planned or happened, in quarters of an hour", () => {
    expect([shown.from, shown.until]).toEqual([Date.parse(AT("12:00")), Date.parse(AT("20:15"))]);
  });

  it("has a row for whoever had a shift or work, with what was planned and what was done", () => {
    expect(shown.rows.map((one) => one.id)).toEqual(["ana"]);
    expect(shown.rows[0]?.planned.map((one) => one.visit.id)).toEqual(["v1"]);
    expect(shown.rows[0]?.done.map((one) => [one.kind, one.visit.id, one.open])).toEqual([
      ["drive", "v1", false],
      ["late", "v1", false],
      ["done", "v2", true],
    ]);
  });

  it("shows what is not over up to the end of what is shown", () => {
    expect(shown.rows[0]?.done.at(-1)?.until).toBe(shown.until);
  });

  it("leaves positions out of what happened, and counts a minute whole", () => {
    expect(shown.frames).toHaveLength(2);
    expect(happenedBy(shown.frames, Date.parse(AT("12:39")))).toBe(0);
    expect(happenedBy(shown.frames, Date.parse(AT("12:40")))).toBe(1);
    expect(happenedBy(shown.frames, Date.parse(AT("13:04")) + MINUTE)).toBe(2);
  });

  it("counts what was completed by an instant", () => {
    expect(completedBy(shown.visits.values(), Date.parse(AT("14:09")))).toBe(0);
    expect(completedBy(shown.visits.values(), Date.parse(AT("14:10")))).toBe(1);
  });

  it("keeps the share of the day between nothing and all of it", () => {
    expect([share(shown, 0), share(shown, shown.until + 1)]).toEqual([0, 1]);
  });
});
