/**
 * One technician's day as shapes on a line of time: bars, ways, waiting, breaks, windows, promises, shifts, absences.
 *
 * Pure, in milliseconds, and independent of how near one looks; it is made anew only when the technician or one of
 * their visits has changed.
 */

import { isDone, isUnderWay, type Technician, type Visit } from "../../live";

export interface Piece {
  readonly from: number;
  readonly until: number;
}

export type Lane = "whole" | "upper" | "lower";

/** A visit, or one role of a crew's, on somebody's line. */
export interface Bar extends Piece {
  readonly visit: Visit;
  readonly role: number;
  readonly shift: string;
  /** Among the stops of its shift, counted from 0. */
  readonly position: number;
  /** `whole`: alone at its time; of what runs at the same time one lies in the upper half of the row, one in the lower. */
  readonly lane: Lane;
  /** Its arrival, which is before its start when there is waiting. */
  readonly arrival: number;
  /** When the way there begins; null where nothing is said of it. */
  readonly leave: number | null;
  readonly estimated: boolean;
}

export interface Way extends Piece {
  readonly estimated: boolean;
}

export interface Window extends Piece {
  readonly visit: string;
  readonly kind: "window" | "appointment";
  /** It is so narrow that it shapes the day, and is worth showing before anybody asks. */
  readonly tight: boolean;
}

export interface Tick {
  readonly at: number;
  readonly visit: string;
  readonly missed: boolean;
  /** It is missed, or so near to be that it is worth showing before anybody asks. */
  readonly tight: boolean;
}

/** A window of at most so long, and a promise with at most so much to spare, is tight. */
const TIGHT_WINDOW = 3 * 3_600_000;
const TIGHT_PROMISE = 3_600_000;

export interface Rest extends Piece {
  readonly id: string;
  readonly taken: boolean;
}

export interface Duty extends Piece {
  readonly id: string;
  /** The last instant that overtime may reach. */
  readonly most: number;
  /** Overtime that is planned: from the end of the shift to the end of the last stop; null: none. */
  readonly overtime: Piece | null;
}

export interface Off extends Piece {
  readonly id: string;
  readonly reason: string;
}

export interface Row {
  readonly technician: Technician;
  readonly bars: readonly Bar[];
  readonly ways: readonly Way[];
  readonly waits: readonly Piece[];
  readonly windows: readonly Window[];
  readonly ticks: readonly Tick[];
  readonly rests: readonly Rest[];
  readonly duties: readonly Duty[];
  readonly absences: readonly Off[];
  /** The share of the shifts that is driven or worked, from 0 to 1 and beyond; null without a shift. */
  readonly used: number | null;
}

type Visits = ReadonlyMap<string, Visit>;

export function layoutOf(technician: Technician, visits: Visits): Row {
  const bars = inLanes(technician.shifts.flatMap((shift) => barsOf(technician, shift, visits)));
  const duties = technician.shifts.map((shift) => dutyOf(shift, bars));
  return {
    technician,
    bars,
    ways: bars.flatMap((bar) =>
      bar.leave !== null && bar.leave < bar.arrival
        ? [{ from: bar.leave, until: bar.arrival, estimated: bar.estimated }]
        : [],
    ),
    waits: bars.flatMap((bar) => (bar.arrival < bar.from && !isDone(bar.visit) ? [{ from: bar.arrival, until: bar.from }] : [])),
    windows: bars.flatMap(windowsOf),
    ticks: bars.flatMap((bar) => (bar.role === 0 ? ticksOf(bar) : [])),
    rests: technician.shifts.flatMap((shift) => shift.breaks.map(restOf)),
    duties,
    absences: technician.absences.map((one) => ({ id: one.id, from: ms(one.from), until: ms(one.until), reason: one.reason })),
    used: usedOf(bars, duties),
  };
}

type Shift = Technician["shifts"][number];

function barsOf(technician: Technician, shift: Shift, visits: Visits): Bar[] {
  return shift.stops.flatMap(({ visit: id, role }, position) => {
    const visit = visits.get(id);
    const planned = visit?.planned.find((one) => one.technician === technician.id && one.role === role);
    if (visit === undefined || planned === undefined) return [];
    const times = timesOf(visit, planned);
    return [
      {
        ...times,
        visit,
        role,
        shift: shift.id,
        position,
        lane: "whole" as const,
        estimated: (planned.travel_source ?? "").includes("estimate"),
      },
    ];
  });
}

type Planned = Visit["planned"][number];
type Times = Pick<Bar, "from" | "until" | "arrival" | "leave">;

/** When it is, or was: what has happened stands where it happened, the rest where it is planned. */
export function timesOf(visit: Visit, planned: Planned): Times {
  const { actual } = visit;
  const length = ms(planned.end) - ms(planned.start);
  const arrived = actual.arrived_at === null ? null : ms(actual.arrived_at);
  const started = actual.started_at === null ? null : ms(actual.started_at);
  const departed = actual.departed_at === null ? null : ms(actual.departed_at);
  const from = started ?? arrived ?? Math.max(ms(planned.start), departed ?? -Infinity);
  const finished = actual.finished_at === null ? null : ms(actual.finished_at);
  const expected = visit.expected_end === null ? Math.max(ms(planned.end), from + length) : ms(visit.expected_end);
  const arrival = Math.min(arrived ?? ms(planned.arrival), from);
  return {
    from,
    // Of what is under way the plan of the moment knows only what is left.
    until: Math.max(finished ?? (isUnderWay(visit) ? expected : from + length), from),
    arrival,
    leave: departed ?? leaveOf(planned, arrival),
  };
}

/** As it is planned, else as long before the arrival as the way takes; null where nobody knows how long that is. */
function leaveOf(planned: Planned, arrival: number): number | null {
  if (planned.leave_at !== null) return ms(planned.leave_at);
  return planned.travel_seconds === null ? null : arrival - planned.travel_seconds * 1000;
}

/** What runs at the same time lies in two halves, so that nothing hides behind anything. */
function inLanes(bars: readonly Bar[]): readonly Bar[] {
  const ordered = [...bars].sort((one, other) => one.from - other.from || one.until - other.until);
  const placed: Bar[] = [];
  let group: Bar[] = [];
  let end = -Infinity;
  const place = (): void => {
    const ends = { upper: -Infinity, lower: -Infinity };
    for (const bar of group) {
      const lane = ends.upper <= bar.from || ends.upper <= ends.lower ? "upper" : "lower";
      ends[lane] = Math.max(ends[lane], bar.until);
      placed.push(group.length === 1 ? bar : { ...bar, lane });
    }
  };
  for (const bar of ordered) {
    if (bar.from >= end) {
      place();
      group = [];
    }
    group.push(bar);
    end = Math.max(end, bar.until);
  }
  place();
  return placed;
}

function windowsOf(bar: Bar): Window[] {
  const { visit } = bar;
  if (isDone(visit)) return [];
  const kept = visit.appointment === null ? visit.windows : [visit.appointment];
  const kind = visit.appointment === null ? "window" : "appointment";
  return kept.map((one) => {
    const [from, until] = [ms(one.earliest), ms(one.latest)];
    return { visit: visit.id, kind, from, until, tight: until - from <= TIGHT_WINDOW };
  });
}

/** Only the promises of being there and of having it done have a place on this line. */
const SHOWN: ReadonlySet<string> = new Set(["on_site", "resolve"]);

function ticksOf(bar: Bar): Tick[] {
  if (isDone(bar.visit)) return [];
  return bar.visit.promises
    .filter((one) => SHOWN.has(one.target))
    .map((one) => {
      const at = ms(one.due);
      const spare = at - (one.target === "resolve" ? bar.until : bar.from);
      return { at, visit: bar.visit.id, missed: spare < 0, tight: spare <= TIGHT_PROMISE };
    });
}

type BreakRow = Shift["breaks"][number];

function restOf(one: BreakRow): Rest {
  const from = ms(one.taken_at ?? one.planned_start ?? one.earliest);
  const until = one.ended_at ?? (one.taken_at === null ? one.planned_end : null);
  return { id: one.id, taken: one.taken_at !== null, from, until: until === null ? from + one.duration * 1000 : ms(until) };
}

function dutyOf(shift: Shift, bars: readonly Bar[]): Duty {
  const from = ms(shift.starts_at);
  const until = ms(shift.ends_at);
  const last = Math.max(...bars.filter((bar) => bar.shift === shift.id).map((bar) => bar.until), -Infinity);
  return {
    id: shift.id,
    from,
    until,
    most: until + shift.max_overtime * 1000,
    overtime: last > until ? { from: until, until: last } : null,
  };
}

function usedOf(bars: readonly Bar[], duties: readonly Duty[]): number | null {
  const there = duties.reduce((sum, one) => sum + one.until - one.from, 0);
  if (there === 0) return null;
  const busy = bars.reduce((sum, bar) => sum + bar.until - bar.from + (bar.leave === null ? 0 : bar.arrival - bar.leave), 0);
  return busy / there;
}

/** Every instant that a row needs room for: its shifts and what is on them, not windows, which may span the day. */
export function* instantsOf(row: Row): Generator<number> {
  for (const one of row.duties) yield* [one.from, one.until];
  for (const one of row.bars) yield* [one.leave ?? one.arrival, one.until];
}

function ms(instant: string): number {
  return Date.parse(instant);
}

/** Somebody is there, on the way, or was there: it stands first on the route, and no plan moves it. */
export function committed(visit: Visit): boolean {
  return isDone(visit) || isUnderWay(visit);
}
