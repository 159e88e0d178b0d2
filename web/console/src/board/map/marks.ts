/** The board as what MapLibre draws: features with everything that a layer asks them for. */

import type { Feature, FeatureCollection, LineString, MultiPolygon, Point, Polygon } from "geojson";
import { BADGES, ROUTE_HUES, STATE_PAINT, type State } from "@fieldwright/shared/map/colours";
import { initials } from "@fieldwright/shared/map/day";
import type { Theme } from "@fieldwright/shared/theme";
import { type Board, stateOf, type Technician, type Territory, type Visit } from "../../live";
import { huesOf, type LonLat, middleOf } from "./hues";

export type Points = FeatureCollection<Point>;
export type Lines = FeatureCollection<LineString>;

/** A leg of somebody's route as the server drew it: [lat, lon] along it. */
export interface Leg {
  readonly technician: string;
  readonly shift: string;
  readonly points: readonly LonLat[];
  readonly estimated: boolean;
  readonly base: boolean;
}

/** What is in trouble lies on top. */
const RANKS: Readonly<Record<State, number>> = { done: 0, planned: 1, "under-way": 2, unassigned: 3, "at-risk": 4, broken: 5 };
/** A position that is so old (ms) is not where they are. */
const STALE_MS = 600_000;

export function placeOf(visit: Visit): LonLat | null {
  const { lat, lon } = visit.site;
  return lat === null || lon === null ? null : [lon, lat];
}

/** Hues for everybody who works on this day; the same object as `before` as long as the same people do. */
export function boardHues({ technicians, visitById }: Pick<Board, "technicians" | "visitById">, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const middles = new Map<string, LonLat>();
  for (const person of technicians) {
    const stops = stopsOf(person).map((id) => visitById.get(id));
    const places = stops.map((one) => (one === undefined ? null : placeOf(one))).filter((one) => one !== null);
    const middle = middleOf(places) ?? (person.position === null ? null : ([person.position.lon, person.position.lat] as const));
    if (middle !== null) middles.set(person.id, middle);
  }
  const same = middles.size === before.size && [...middles.keys()].every((id) => before.has(id));
  return same ? before : huesOf(middles, before);
}

export function stopsOf(person: Technician): string[] {
  return person.shifts.flatMap((shift) => shift.stops.map((stop) => stop.visit));
}

export function hueOf(hues: ReadonlyMap<string, number>, technician: string | undefined, theme: Theme): string {
  const own = technician === undefined ? undefined : hues.get(technician);
  const palette = ROUTE_HUES[theme];
  return palette[(own ?? 0) % palette.length] ?? "#888888";
}

/** Where each visit stands on its route, counted from 1. */
export function ordersOf(technicians: readonly Technician[]): Map<string, number> {
  const orders = new Map<string, number>();
  for (const person of technicians) stopsOf(person).forEach((visit, index) => orders.set(visit, index + 1));
  return orders;
}

interface Made {
  readonly goesBy: string;
  readonly feature: Feature<Point>;
}

/** Marks are kept by what they show: what looks as it did is the same object, and is not handed to the map again. */
const STOPS = new WeakMap<Visit, Made>();
const PERSONS = new WeakMap<Technician, Made>();

/** Every visit that has a place and that somebody wants to see. */
export function stopMarks(
  visits: readonly Visit[],
  orders: ReadonlyMap<string, number>,
  hues: ReadonlyMap<string, number>,
  theme: Theme,
  now: number,
  shown: (visit: Visit) => boolean,
): Points {
  const features: Feature<Point>[] = [];
  for (const visit of visits) {
    const at = placeOf(visit);
    if (at === null || visit.status === "cancelled" || !shown(visit)) continue;
    const state = stateOf(visit, now);
    const order = orders.get(visit.id);
    const hue = hueOf(hues, visit.planned[0]?.technician, theme);
    features.push(kept(STOPS, visit, `${state} ${order} ${hue} ${theme}`, () => stopMark(visit, at, state, order, hue, theme)));
  }
  return collected(features);
}

function stopMark(visit: Visit, at: LonLat, state: State, order: number | undefined, hue: string, theme: Theme): Feature<Point> {
  const { fill, ink, mark = fill } = STATE_PAINT[theme][state];
  const open = state === "unassigned";
  const properties = {
    visit: visit.id,
    technician: visit.planned[0]?.technician ?? "",
    hue: open ? fill : hue,
    label: open ? BADGES.unassigned : (order?.toString() ?? ""),
    state,
    fill,
    ink,
    mark,
    badge: open ? "" : BADGES[state],
    rank: RANKS[state] + (visit.priority === "critical" ? 3 : 0),
    urgent: visit.priority === "critical",
    loud: open || state === "at-risk" || state === "broken",
  };
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: [...at] } };
}

/** Where people are who are on duty. */
export function peopleMarks(
  technicians: readonly Technician[],
  hues: ReadonlyMap<string, number>,
  theme: Theme,
  now: number,
  shown: ReadonlySet<string> | null,
): Points {
  const features: Feature<Point>[] = [];
  for (const person of technicians) {
    const { id, name, position } = person;
    if (position === null || (shown !== null && !shown.has(id))) continue;
    const stale = now - Date.parse(position.at) > STALE_MS;
    const hue = hueOf(hues, id, theme);
    const mark = (): Feature<Point> => ({
      type: "Feature",
      properties: { technician: id, hue, label: initials(name), stale },
      geometry: { type: "Point", coordinates: [position.lon, position.lat] },
    });
    features.push(kept(PERSONS, person, `${hue} ${stale}`, mark));
  }
  return collected(features);
}

function kept<Of extends object>(all: WeakMap<Of, Made>, one: Of, goesBy: string, make: () => Feature<Point>): Feature<Point> {
  const before = all.get(one);
  if (before?.goesBy === goesBy) return before.feature;
  const feature = make();
  all.set(one, { goesBy, feature });
  return feature;
}

export function routeMarks(legs: Iterable<Leg>, hues: ReadonlyMap<string, number>, theme: Theme, shown: (technician: string) => boolean): Lines {
  const features: Feature<LineString>[] = [];
  for (const leg of legs) {
    if (leg.points.length < 2 || !shown(leg.technician)) continue;
    const properties = { technician: leg.technician, hue: hueOf(hues, leg.technician, theme), estimated: leg.estimated };
    features.push({ type: "Feature", properties, geometry: { type: "LineString", coordinates: leg.points.map((one) => [...one]) } });
  }
  return collected(features);
}

export function territoryMarks(territories: readonly Territory[]): FeatureCollection<Polygon | MultiPolygon> {
  const features: Feature<Polygon | MultiPolygon>[] = [];
  for (const { id, name, area } of territories) {
    if (area !== null) features.push({ type: "Feature", properties: { territory: id, name }, geometry: area as Polygon | MultiPolygon });
  }
  return { type: "FeatureCollection", features };
}

function collected<Geometry extends LineString | Point>(features: Feature<Geometry>[]): FeatureCollection<Geometry> {
  return { type: "FeatureCollection", features };
}

export type Bounds = [west: number, south: number, east: number, north: number];

/** What encloses all of these; null: there are none. */
export function boundsOf(points: Iterable<LonLat>): Bounds | null {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
  }
  return west > east ? null : [west, south, east, north];
}
