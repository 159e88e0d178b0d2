import { describe, expect, it } from "vitest";
import type { BoardDocument } from "../live";
import { type Notes, sheetsOf } from "./sheets";

const AT = (time: string): string => `2026-11-23T${time}:00Z`;
const role = (technician: string, time: string): object => ({ role: technician === "ana" ? 0 : 1, technician, start: AT(time), travel_seconds: 600 });
const visit = (id: string, status: string, ...planned: object[]): object => ({ id, status, planned });
const stop = (id: string, of = 0): object => ({ visit: id, role: of });

const board = {
  territories: [{ id: "north", name: "North" }],
  technicians: [
    { id: "eva", name: "Eva", territory: null, shifts: [{ stops: [stop("together", 1)], breaks: [] }] },
    {
      id: "ana",
      name: "Ana",
      territory: "north",
      shifts: [
        {
          stops: [stop("late"), stop("early"), stop("together"), stop("gone"), stop("unknown")],
          breaks: [{ id: "lunch", planned_start: AT("13:00"), taken_at: null, earliest: AT("11:00"), duration: 1800 }],
        },
      ],
    },
    { id: "ben", name: "Ben", territory: null, shifts: [{ stops: [], breaks: [] }] },
  ],
  visits: [
    visit("early", "dispatched", role("ana", "10:00")),
    visit("together", "dispatched", role("ana", "12:00"), role("eva", "12:00")),
    visit("late", "dispatched", role("ana", "15:00")),
    visit("gone", "cancelled", role("ana", "16:00")),
  ],
} as unknown as BoardDocument;

describe("day sheets", () => {
  const sheets = sheetsOf(board, [{ visit: "early", description: "Leaks" } as Notes]);

  it("has one for each who has a visit, by name", () => {
    expect(sheets.map((one) => one.who.name)).toEqual(["Ana", "Eva"]);
  });

  it("lists visits and breaks by time, without what was cancelled, and numbers the visits", () => {
    const lines = sheets[0]?.lines.map((line) => (line.kind === "visit" ? `${String(line.number)} ${line.visit.id}` : line.rest.id));
    expect(lines).toEqual(["1 early", "2 together", "lunch", "3 late"]);
  });

  it("says who comes along, what is known besides, and how long is driven", () => {
    const [first, second] = sheets[0]?.lines ?? [];
    expect(first?.kind === "visit" && first.notes?.description).toBe("Leaks");
    expect(second?.kind === "visit" && second.crew).toEqual(["Eva"]);
    expect(sheets[0]?.driving).toBe(1800);
    expect(sheets[0]?.territory).toBe("North");
  });
});
