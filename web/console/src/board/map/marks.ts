/** The board as what MapLibre draws: features with everything that a layer asks them for. */

import type { Feature, FeatureCollection, LineString, MultiPolygon, Point, Polygon } from "geojson";
import { BADGES, ROUTE_HUES, STATE_PAINT, type State } from "@fieldwright/shared/map/colours";
import { initials } from "@fieldwright/shared/map/day";
import type { Theme } from "@fieldwright/shared/theme";
import { type Board, operationNow, stateOf, type Technician, type Visit } from "../../live";
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

/** Hues for everybody who works on this day. */
export function boardHues(board: Board, before: ReadonlyMap<string, number>): Map<string, number> {
  const middles = new Map<string, LonLat>();
  for (const person of board.technicians) {
    const stops = stopsOf(person).map((id) => board.visitById.get(id));
    const places = stops.map((one) => (one === undefined ? null : placeOf(one))).filter((one) => one !== null);
    const middle = middleOf(places) ?? (person.position === null ? null : ([person.position.lon, person.position.lat] as const));
    if (middle !== null) middles.set(person.id, middle);
  }
  return huesOf(middles, before);
}

export function stopsOf(person: Technician): string[] {
  return person.shifts.flatMap((shift) => shift.stops.map((stop) => stop.visit));
}

export function hueOf(hues: ReadonlyMap<string, number>, technician: string | undefined, theme: Theme): string {
  const own = technician === undefined ? undefined : hues.get(technician);
  const palette = ROUTE_HUES[theme];
  return palette[(own ?? 0) % palette.length] ?? "#888888";
}

/** Every visit that has a place and that somebody wants to see. */
export function stopMarks(board: Board, hues: ReadonlyMap<string, number>, theme: Theme, shown: (visit: Visit) => boolean): Points {
  const orders = new Map<string, string>();
  for (const person of board.technicians) stopsOf(person).forEach((visit, index) => orders.set(visit, String(index + 1)));
  const features: Feature<Point>[] = [];
  const now = operationNow();
  for (const visit of board.visits) {
    const at = placeOf(visit);
    if (at === null || visit.status === "cancelled" || !shown(visit)) continue;
    const state = stateOf(visit, now);
    const { fill, ink, mark = fill } = STATE_PAINT[theme][state];
    const open = state === "unassigned";
    const properties = {
      visit: visit.id,
      technician: visit.planned[0]?.technician ?? "",
      hue: open ? fill : hueOf(hues, visit.planned[0]?.technician, theme),
      label: open ? BADGES.unassigned : (orders.get(visit.id) ?? ""),
      state,
      fill,
      ink,
      mark,
      badge: open ? "" : BADGES[state],
      rank: RANKS[state] + (visit.priority === "critical" ? 3 : 0),
      urgent: visit.priority === "critical",
      loud: open || state === "at-risk" || state === "broken",
    };
    features.push({ type: "Feature", properties, geometry: { type: "Point", coordinates: [...at] } });
  }
  return collected(features);
}

/** Where people are who are on duty. */
export function peopleMarks(board: Board, hues: ReadonlyMap<string, number>, theme: Theme, shown: ReadonlySet<string> | null): Points {
  const now = operationNow();
  const features: Feature<Point>[] = [];
  for (const { id, name, position } of board.technicians) {
    if (position === null || (shown !== null && !shown.has(id))) continue;
    const stale = now - Date.parse(position.at) > STALE_MS;
    const properties = { technician: id, hue: hueOf(hues, id, theme), label: initials(name), stale };
    features.push({ type: "Feature", properties, geometry: { type: "Point", coordinates: [position.lon, position.lat] } });
  }
  return collected(features);
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

export function territoryMarks(board: Board): FeatureCollection<Polygon | MultiPolygon> {
  const features: Feature<Polygon | MultiPolygon>[] = [];
  for (const { id, name, area } of board.territories) {
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
