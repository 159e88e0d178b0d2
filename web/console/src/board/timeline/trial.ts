/** What a change would do, as POST /api/v1/plans/today/try says it, and what it would look like on the board. */

import type { Board, Optimistic, Planned, Technician, Visit } from "../../live";
import type { Edit, Moved } from "./target";

export interface RulePrice {
  readonly rule: string;
  readonly title: string;
  /** `must`: its numbers are broken places, `prefer`: they are cost. */
  readonly level: "must" | "prefer";
  readonly before: number;
  readonly after: number;
  readonly change: number;
}

export interface Broken {
  readonly rule: string;
  readonly level: "must" | "prefer";
  readonly sentence: string;
  readonly visits: readonly string[];
  /** It was not broken before. */
  readonly new: boolean;
}

export interface TriedStop {
  readonly visit: string;
  readonly role: number;
  readonly technician: string;
  readonly shift: string;
  readonly position: number;
  readonly arrival: string;
  readonly start: string;
  readonly end: string;
  readonly travel_seconds: number;
  readonly travel_metres: number;
  readonly leave_at: string;
}

export interface TriedPlace {
  readonly technician: string;
  readonly start: string;
  readonly end: string;
}

export interface TriedMove {
  readonly visit: string;
  readonly number: string;
  readonly before: TriedPlace | null;
  readonly after: TriedPlace | null;
}

/** What must not be touched, and why. */
export interface Fenced {
  readonly visit: string;
  readonly sentence: string;
  /** A person may set that aside. */
  readonly may_force: boolean;
}

export interface Trial {
  /** Of the published plan that it was tried on. */
  readonly edition: number;
  readonly before: number;
  readonly after: number;
  /** What it costs more; less than nothing: what it saves. */
  readonly change: number;
  readonly by_rule: readonly RulePrice[];
  readonly broken: readonly Broken[];
  /** All stops of the shifts that it touches. */
  readonly stops: readonly TriedStop[];
  readonly moved: readonly TriedMove[];
  readonly may_publish: boolean;
  readonly may_force: boolean;
  readonly fence: readonly Fenced[];
}

/** The rules that it breaks and that hold now: what must hold first, and of that what is moved itself. */
export function newlyBroken(trial: Trial, moved: ReadonlySet<string> = new Set()): readonly Broken[] {
  const rank = (one: Broken): number => (one.level === "must" ? 0 : 2) + (one.visits.some((visit) => moved.has(visit)) ? 0 : 1);
  return trial.broken.filter((one) => one.new).sort((one, other) => rank(one) - rank(other));
}

/** The lines of the price that change, the dearest first. */
export function dearest(trial: Trial, most: number): readonly RulePrice[] {
  const changing = trial.by_rule.filter((one) => one.level === "prefer" && Math.abs(one.change) >= 0.05);
  return [...changing].sort((one, other) => Math.abs(other.change) - Math.abs(one.change)).slice(0, most);
}

/** The board as it will be: the stops of the trial, and nobody where it takes a visit away. */
export function afterTrial(board: Board, edits: readonly Edit[], trial: Trial): Optimistic {
  const moved = new Map<string, Set<number>>();
  for (const edit of edits) {
    const roles = moved.get(edit.visit) ?? new Set<number>();
    moved.set(edit.visit, edit.unassign === true ? new Set(board.visitById.get(edit.visit)?.planned.map((one) => one.role)) : roles.add(edit.role ?? 0));
  }
  const byVisit = grouped(trial.stops, (stop) => stop.visit);
  const visits: Record<string, Partial<Visit>> = {};
  for (const id of new Set([...byVisit.keys(), ...moved.keys()])) {
    const before = board.visitById.get(id);
    if (before === undefined) continue;
    const stops = byVisit.get(id) ?? [];
    const said = new Set([...stops.map((stop) => stop.role), ...(moved.get(id) ?? [])]);
    const kept = before.planned.filter((one) => !said.has(one.role));
    visits[id] = { planned: [...kept, ...stops.map((stop) => plannedOf(stop, before))] };
  }
  return { visits, technicians: shiftsAfter(board, moved, grouped(trial.stops, (stop) => stop.shift)) };
}

function shiftsAfter(
  board: Board,
  moved: ReadonlyMap<string, ReadonlySet<number>>,
  byShift: ReadonlyMap<string, readonly TriedStop[]>,
): Record<string, Partial<Technician>> {
  const technicians: Record<string, Partial<Technician>> = {};
  for (const technician of board.technicians) {
    let touched = false;
    const shifts = technician.shifts.map((shift) => {
      const told = byShift.get(shift.id);
      const left = shift.stops.filter((stop) => moved.get(stop.visit)?.has(stop.role) !== true);
      if (told === undefined && left.length === shift.stops.length) return shift;
      touched = true;
      return { ...shift, stops: told === undefined ? left : withTold(left, told) };
    });
    if (touched) technicians[technician.id] = { shifts };
  }
  return technicians;
}

/** What the trial does not speak of, such as visits that are done, stays before what it speaks of. */
function withTold(left: Technician["shifts"][number]["stops"], told: readonly TriedStop[]): Technician["shifts"][number]["stops"] {
  const names = new Set(told.map((stop) => `${stop.visit} ${stop.role}`));
  const ordered = [...told].sort((one, other) => one.position - other.position);
  return [
    ...left.filter((stop) => !names.has(`${stop.visit} ${stop.role}`)),
    ...ordered.map((stop) => ({ visit: stop.visit, role: stop.role })),
  ];
}

function plannedOf(stop: TriedStop, visit: Visit): Planned {
  const before = visit.planned.find((one) => one.role === stop.role);
  return {
    travel_source: before?.travel_source ?? null,
    role: stop.role,
    technician: stop.technician,
    shift: stop.shift,
    arrival: stop.arrival,
    start: stop.start,
    end: stop.end,
    travel_seconds: stop.travel_seconds,
    travel_metres: stop.travel_metres,
    leave_at: stop.leave_at,
  };
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Where the trial puts something that is moved. */
export function stopOf(trial: Trial, moved: Moved): TriedStop | null {
  return trial.stops.find((stop) => stop.visit === moved.visit && stop.role === moved.role) ?? null;
}
