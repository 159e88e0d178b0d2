/** A day to be played again, as the page draws it: instants in milliseconds, bars by technician, frames in order. */

import type { Shape } from "../request";

export type ReplayDay = Shape<"ReplayDay">;
export type ReplayVisit = ReplayDay["visits"][number];
export type ReplayFrame = ReplayDay["frames"][number];

export const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

export type BarKind = "planned" | "drive" | "done" | "late" | "other";

export interface Bar {
  readonly kind: BarKind;
  readonly visit: ReplayVisit;
  readonly from: number;
  /** Where it is not over yet, the end of what is shown. */
  readonly until: number;
  readonly open: boolean;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly planned: readonly Bar[];
  readonly done: readonly Bar[];
  /** How many visits of the row were completed, by the instant at which each was, in order. */
  readonly finished: readonly number[];
}

export interface Played {
  readonly from: number;
  readonly until: number;
  /** Where there is nothing more to be shown yet: the end of the day, or now. */
  readonly last: number;
  readonly rows: readonly Row[];
  readonly visits: ReadonlyMap<string, ReplayVisit>;
  readonly people: ReadonlyMap<string, string>;
  readonly frames: readonly (ReplayFrame & { readonly ms: number })[];
}

/** The day ready to be drawn. Nobody without a shift, a plan or work has a row. */
export function played(day: ReplayDay): Played {
  const frames = day.frames.filter((one) => one.kind !== "position").map((one) => ({ ...one, ms: Date.parse(one.at) }));
  const now = Date.parse(day.now);
  const { from, until } = bounds(day, frames.map((one) => one.ms), now);
  const rows = day.technicians.map((who) => row(who, day.visits, Math.min(until, now)));
  return {
    from,
    until,
    last: Math.max(from, Math.min(until, now)),
    rows: rows.filter((one, index) => one.planned.length + one.done.length > 0 || (day.technicians[index]?.shifts.length ?? 0) > 0),
    visits: new Map(day.visits.map((one) => [one.id, one])),
    people: new Map(day.technicians.map((one) => [one.id, one.name])),
    frames,
  };
}

function row(who: ReplayDay["technicians"][number], visits: readonly ReplayVisit[], now: number): Row {
  const planned: Bar[] = [];
  const done: Bar[] = [];
  const finished: number[] = [];
  for (const visit of visits) {
    for (const role of visit.planned) {
      if (role.technician === who.id) planned.push({ kind: "planned", visit, from: Date.parse(role.start), until: Date.parse(role.end), open: false });
    }
    if (!visit.done.some((role) => role.technician === who.id)) continue;
    const { departed_at, arrived_at, started_at, finished_at } = visit.actual;
    const end = finished_at ?? null;
    if (departed_at !== null) done.push(bar("drive", visit, departed_at, arrived_at ?? end, now));
    const begun = started_at ?? arrived_at;
    if (begun !== null) done.push(bar(kindOf(visit, begun), visit, begun, end, now));
    if (end !== null && visit.status === "completed") finished.push(Date.parse(end));
  }
  return { id: who.id, name: who.name, planned: inOrder(planned), done: inOrder(done), finished: finished.sort((one, other) => one - other) };
}

function bar(kind: BarKind, visit: ReplayVisit, from: string, until: string | null, now: number): Bar {
  const begin = Date.parse(from);
  return { kind, visit, from: begin, until: Math.max(begin, until === null ? now : Date.parse(until)), open: until === null };
}

function kindOf(visit: ReplayVisit, begun: string): BarKind {
  if (visit.status === "incomplete" || visit.status === "no_show" || visit.status === "cancelled") return "other";
  return visit.appointment !== null && Date.parse(begun) > Date.parse(visit.appointment.latest) ? "late" : "done";
}

function inOrder(bars: Bar[]): readonly Bar[] {
  return bars.sort((one, other) => one.from - other.from);
}

/** From the first to the last thing that was planned or happened, in whole quarters of an hour, and within the day. */
function bounds(day: ReplayDay, happened: readonly number[], now: number): { from: number; until: number } {
  const since = Date.parse(day.since);
  const end = Date.parse(day.until);
  const instants = [
    ...day.technicians.flatMap((who) => who.shifts.flatMap((shift) => [Date.parse(shift.starts_at), Date.parse(shift.ends_at)])),
    ...day.visits.flatMap((visit) => visit.planned.flatMap((role) => [Date.parse(role.arrival), Date.parse(role.end)])),
    ...day.visits.flatMap(({ actual }) => [actual.departed_at, actual.finished_at].flatMap((at) => (at === null ? [] : [Date.parse(at)]))),
    ...happened.filter((at) => at <= now),
  ].filter((at) => at >= since && at <= end);
  if (instants.length === 0) return { from: since, until: end };
  const first = instants.reduce((one, other) => Math.min(one, other));
  const last = instants.reduce((one, other) => Math.max(one, other));
  return { from: Math.max(since, Math.floor(first / QUARTER) * QUARTER), until: Math.min(end, Math.ceil((last + 1) / QUARTER) * QUARTER) };
}

/** How much of the day has gone by at an instant: 0 to 1. */
export function share({ from, until }: Pick<Played, "from" | "until">, at: number): number {
  return Math.min(1, Math.max(0, (at - from) / Math.max(1, until - from)));
}

/** How many of the frames have happened by the end of the minute of an instant; they are in order. */
export function happenedBy(frames: readonly { readonly ms: number }[], at: number): number {
  const end = Math.floor(at / MINUTE) * MINUTE + MINUTE;
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.ms ?? Infinity) < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many visits were completed by an instant; a crew counts once. */
export function completedBy(visits: Iterable<ReplayVisit>, at: number): number {
  let count = 0;
  for (const visit of visits) {
    if (visit.status === "completed" && visit.actual.finished_at !== null && Date.parse(visit.actual.finished_at) <= at) count += 1;
  }
  return count;
}
