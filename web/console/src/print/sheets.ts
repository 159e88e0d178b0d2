/** What stands on the sheet of each technician: their visits and breaks of the day in the order of the route. */

import type { BoardDocument, Break, Planned, Technician, Visit } from "../live";
import type { Shape } from "../request";

export type Notes = Shape<"SheetNotesShape">;

export interface StopLine {
  readonly kind: "visit";
  readonly at: number;
  readonly number: number;
  readonly visit: Visit;
  readonly role: Planned;
  readonly notes: Notes | undefined;
  /** The others of its crew, by name. */
  readonly crew: readonly string[];
}

export interface RestLine {
  readonly kind: "break";
  readonly at: number;
  readonly rest: Break;
}

export interface SheetOf {
  readonly who: Technician;
  readonly territory: string | null;
  readonly lines: readonly (StopLine | RestLine)[];
  readonly visits: number;
  /** Seconds. */
  readonly driving: number;
}

/** The sheets of a day, by name; who has no visit has none. What is cancelled is not done any more. */
export function sheetsOf(board: BoardDocument, notes: readonly Notes[]): readonly SheetOf[] {
  const told = new Map(notes.map((one) => [one.visit, one]));
  const visits = new Map(board.visits.map((one) => [one.id, one]));
  const people = new Map(board.technicians.map((one) => [one.id, one.name]));
  const territories = new Map(board.territories.map((one) => [one.id, one.name]));
  const sheets = board.technicians.map((who) => {
    const stops = who.shifts.flatMap((shift) =>
      shift.stops.flatMap((stop) => {
        const visit = visits.get(stop.visit);
        const role = visit?.planned.find((one) => one.technician === who.id && one.role === stop.role);
        return visit === undefined || role === undefined || visit.status === "cancelled" ? [] : [{ visit, role }];
      }),
    );
    const lines: (StopLine | RestLine)[] = stops.map(({ visit, role }) => ({
      kind: "visit",
      at: Date.parse(role.start),
      number: 0,
      visit,
      role,
      notes: told.get(visit.id),
      crew: visit.planned.filter((one) => one.technician !== who.id).map((one) => people.get(one.technician) ?? "…"),
    }));
    for (const rest of who.shifts.flatMap((shift) => shift.breaks)) {
      lines.push({ kind: "break", at: Date.parse(rest.taken_at ?? rest.planned_start ?? rest.earliest), rest });
    }
    lines.sort((one, other) => one.at - other.at);
    let number = 0;
    return {
      who,
      territory: who.territory === null ? null : (territories.get(who.territory) ?? null),
      lines: lines.map((line) => (line.kind === "visit" ? { ...line, number: (number += 1) } : line)),
      visits: stops.length,
      driving: stops.reduce((sum, { role }) => sum + (role.travel_seconds ?? 0), 0),
    };
  });
  return sheets.filter((one) => one.visits > 0).sort((one, other) => one.who.name.localeCompare(other.who.name));
}
