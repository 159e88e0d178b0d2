/** A day's work as a map and its list show it: joined from what the server says of plan, routes and positions. */

import type { Shape } from "../api";
import { ROUTE_HUES, type State } from "./colours";

export type Point = readonly [lat: number, lon: number];

export interface Leg {
  readonly points: readonly Point[];
  readonly estimated: boolean;
  readonly seconds: number;
  readonly metres: number;
}

export interface Stop {
  readonly visit: string;
  readonly order: number;
  readonly number: string;
  readonly title: string;
  readonly state: State;
  readonly status: string;
  readonly at: Point;
  readonly arrival: string;
  readonly start: string;
  readonly end: string;
  /** When the promise that is nearest to break is due. */
  readonly due: string | null;
  readonly lateBy: number;
}

export interface Whereabouts {
  readonly at: Point;
  readonly heading: number | null;
  readonly since: string;
  /** That was too long ago to be where they are. */
  readonly stale: boolean;
  readonly street: string | null;
}

export interface TechnicianDay {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  /** Which of the hues is theirs. */
  readonly hue: number;
  readonly territory: string | null;
  readonly base: Point | null;
  readonly legs: readonly Leg[];
  readonly stops: readonly Stop[];
  readonly position: Whereabouts | null;
}

export interface OpenVisit {
  readonly visit: string;
  readonly number: string;
  readonly title: string;
  readonly at: Point;
  readonly reasons: readonly string[];
}

export interface Day {
  readonly edition: number;
  readonly now: string;
  readonly technicians: readonly TechnicianDay[];
  readonly open: readonly OpenVisit[];
  /** Whether it is known where people are. */
  readonly positioned: boolean;
}

type Board = Shape<"Board">;
type Drawing = Shape<"DrawingShape">;
type Unplaced = Shape<"UnplacedShape">;
export type Position = Shape<"Whereabouts">;

/** With less to spare, an ordinary delay on the road breaks the promise. */
const TIGHT_MS = 600_000;
const DONE: ReadonlySet<string> = new Set(["completed", "incomplete", "no_show", "cancelled"]);
const UNDER_WAY: ReadonlySet<string> = new Set(["en_route", "on_site", "working", "paused"]);
const HERE: ReadonlySet<string> = new Set(["on_site", "working", "paused", "completed", "incomplete"]);

/** What the server says, as one day; people keep the hues that they had `before`. */
export function dayOf(
  board: Board,
  drawing: Drawing,
  unplaced: Unplaced,
  positions: readonly Position[] | null,
  before: Day | null,
): Day {
  const onBoard = new Map<string, BoardStop>();
  for (const person of board.technicians)
    for (const shift of person.shifts ?? []) for (const stop of shift.stops ?? []) onBoard.set(stop.visit, stop);
  const reasons = new Map(board.unassigned.map((one) => [one.visit, one.reasons]));
  const known = new Map((positions ?? []).map((one) => [one.technician_id, one]));
  const people = new Map<string, TechnicianDay>();
  for (const person of board.technicians) {
    const routes = drawing.routes.filter((route) => route.technician === person.id);
    const stops = routes.flatMap((route) => route.stops);
    const first = routes[0]?.legs[0]?.from;
    people.set(person.id, {
      id: person.id,
      name: person.name,
      initials: initials(person.name),
      hue: 0,
      territory: person.territory,
      base: first === undefined ? null : place(first),
      legs: routes.flatMap((route) => route.legs.map(legOf)),
      stops: stops.map((stop, index) => stopOf(stop, onBoard.get(stop.visit), index + 1)),
      position: whereabouts(known.get(person.id)),
    });
  }
  const open = unplaced.visits.map((one) => ({
    visit: one.visit,
    number: one.number,
    title: one.title,
    at: [one.lat, one.lon] as const,
    reasons: reasons.get(one.visit) ?? [],
  }));
  const technicians = withHues([...people.values()], before);
  return { edition: board.edition, now: unplaced.now, technicians, open, positioned: positions !== null };
}

type BoardStop = Shape<"BoardStop">;

function place(point: readonly number[]): Point {
  return [point[0] ?? 0, point[1] ?? 0];
}

function legOf(leg: Drawing["routes"][number]["legs"][number]): Leg {
  return {
    points: leg.points.map(place),
    estimated: leg.source.includes("estimate"),
    seconds: leg.seconds,
    metres: leg.metres,
  };
}

function stopOf(stop: Drawing["routes"][number]["stops"][number], board: BoardStop | undefined, order: number): Stop {
  const due = nearestDue(board);
  return {
    visit: stop.visit,
    order,
    number: stop.number,
    title: stop.title,
    status: stop.status,
    state: stateOf(stop.status, board, due),
    at: [stop.lat, stop.lon],
    arrival: stop.arrival,
    start: stop.start,
    end: stop.end,
    due: due?.at ?? null,
    lateBy: board?.late_by ?? 0,
  };
}

interface Due {
  readonly at: string;
  readonly spare: number;
}

/** The promise with the least to spare: that somebody is there, against the start; that it is done, against the end. */
function nearestDue(board: BoardStop | undefined): Due | null {
  if (board === undefined) return null;
  const { on_site: there, resolve: done } = board.promises;
  const dues: Due[] = [];
  if (there !== undefined && !HERE.has(board.status)) dues.push({ at: there, spare: left(there, board.start) });
  if (done !== undefined) dues.push({ at: done, spare: left(done, board.end) });
  return dues.sort((one, other) => one.spare - other.spare)[0] ?? null;
}

function left(due: string, planned: string): number {
  return Date.parse(due) - Date.parse(planned);
}

function stateOf(status: string, board: BoardStop | undefined, due: Due | null): State {
  if (DONE.has(status)) return "done";
  if (board !== undefined && board.late_by > 0) return "broken";
  if (UNDER_WAY.has(status)) return "under-way";
  return due !== null && due.spare < TIGHT_MS ? "at-risk" : "planned";
}

function whereabouts(position: Position | undefined): Whereabouts | null {
  if (position === undefined) return null;
  return { at: [position.lat, position.lon], heading: position.heading, since: position.at, stale: position.stale, street: position.street };
}

export function initials(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== "");
  const [first, last] = [parts[0], parts.length > 1 ? parts[parts.length - 1] : undefined];
  if (first === undefined) return "?";
  // A Chinese name is told by its given name, which comes last.
  if (last === undefined) return /\p{Script=Han}/u.test(first) ? [...first].slice(-2).join("") : [...first].slice(0, 2).join("");
  return ([...first][0] ?? "") + ([...last][0] ?? "");
}

/** Give everybody a hue, so that those whose stops lie near each other differ. Who has one keeps it. */
function withHues(people: readonly TechnicianDay[], before: Day | null): TechnicianDay[] {
  const count = ROUTE_HUES.light.length;
  const middles = new Map(people.map((one) => [one.id, middle(one)]));
  const given = new Map(before?.technicians.map((one) => [one.id, one.hue]));
  const without = people.filter((one) => !given.has(one.id));
  for (const person of without.sort((one, other) => (one.id < other.id ? -1 : 1))) {
    const cost = Array.from({ length: count }, (_, hue) => {
      let near = 0;
      for (const [other, taken] of given) {
        if (taken === hue) near += 1 / (0.002 + apart(middles.get(person.id), middles.get(other)));
      }
      return near;
    });
    given.set(person.id, cost.indexOf(Math.min(...cost)));
  }
  return people.map((person) => ({ ...person, hue: given.get(person.id) ?? 0 }));
}

function middle(person: TechnicianDay): Point | null {
  const points = person.stops.map((stop) => stop.at);
  if (points.length === 0) return person.base;
  const sum = points.reduce(([lat, lon], point) => [lat + point[0], lon + point[1]] as const, [0, 0] as Point);
  return [sum[0] / points.length, sum[1] / points.length];
}

function apart(one: Point | null | undefined, other: Point | null | undefined): number {
  if (one == null || other == null) return 1;
  return Math.hypot(one[0] - other[0], (one[1] - other[1]) * Math.cos((one[0] * Math.PI) / 180));
}
