/** A day as what MapLibre draws: features with everything that a layer asks them for. */

import type { Feature, FeatureCollection, LineString, Point as PointGeometry } from "geojson";
import type { Theme } from "../theme";
import { BADGES, ROUTE_HUES, STATE_PAINT, type State } from "./colours";
import type { Day, Point, TechnicianDay } from "./day";

export interface Drawn {
  readonly routes: FeatureCollection<LineString>;
  readonly stops: FeatureCollection<PointGeometry>;
  readonly people: FeatureCollection<PointGeometry>;
}

export function drawn(day: Day, theme: Theme): Drawn {
  const hues = ROUTE_HUES[theme];
  const routes: Feature<LineString>[] = [];
  const stops: Feature<PointGeometry>[] = [];
  const people: Feature<PointGeometry>[] = [];
  for (const person of day.technicians) {
    const hue = hues[person.hue % hues.length];
    for (const leg of person.legs) {
      const coordinates = leg.points.map(lonLat);
      if (coordinates.length < 2) continue;
      const properties = { technician: person.id, hue, estimated: leg.estimated };
      routes.push({ type: "Feature", properties, geometry: { type: "LineString", coordinates } });
    }
    for (const stop of person.stops) {
      const marked = { technician: person.id, visit: stop.visit, hue, label: String(stop.order) };
      stops.push(point(stop.at, { ...marked, ...painted(stop.state, theme), rank: RANKS[stop.state] }));
    }
    people.push(...whereTheyAre(person, hue));
  }
  for (const open of day.open) {
    const paint = painted("unassigned", theme);
    const marked = { technician: "", visit: open.visit, hue: paint.fill, label: BADGES.unassigned };
    stops.push(point(open.at, { ...marked, ...paint, badge: "", rank: RANKS.unassigned }));
  }
  return { routes: collected(routes), stops: collected(stops), people: collected(people) };
}

/** What is in trouble lies on top. */
const RANKS: Readonly<Record<State, number>> = {
  done: 0,
  planned: 1,
  "under-way": 2,
  unassigned: 3,
  "at-risk": 4,
  broken: 5,
};

function painted(state: State, theme: Theme): { state: State; fill: string; ink: string; mark: string; badge: string } {
  const { fill, ink, mark = fill } = STATE_PAINT[theme][state];
  return { state, fill, ink, mark, badge: BADGES[state] };
}

function whereTheyAre(person: TechnicianDay, hue: string | undefined): Feature<PointGeometry>[] {
  const marked = { technician: person.id, hue, label: person.initials };
  const found: Feature<PointGeometry>[] = [];
  if (person.base !== null && person.stops.length > 0) found.push(point(person.base, { ...marked, what: "base" }));
  if (person.position !== null) {
    const { at, heading, stale } = person.position;
    found.push(point(at, { ...marked, what: "person", stale, heading: heading ?? 0, moves: heading !== null && !stale }));
  }
  return found;
}

function point(at: Point, properties: Record<string, unknown>): Feature<PointGeometry> {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: lonLat(at) } };
}

function lonLat([lat, lon]: Point): [number, number] {
  return [lon, lat];
}

function collected<Geometry extends LineString | PointGeometry>(
  features: Feature<Geometry>[],
): FeatureCollection<Geometry> {
  return { type: "FeatureCollection", features };
}

/** West, south, east, north of what is to be done, by everybody or by one; null: nothing. */
export function reach(day: Day, technician: string | null): [number, number, number, number] | null {
  const shown = day.technicians.filter((one) => technician === null || one.id === technician);
  const points = shown.flatMap((one) => [
    ...one.stops.map((stop) => stop.at),
    ...one.legs.flatMap((leg) => leg.points),
    ...(one.position === null ? [] : [one.position.at]),
  ]);
  if (technician === null) points.push(...day.open.map((one) => one.at));
  if (points.length === 0) return null;
  let [south, west, north, east] = [90, 180, -90, -180];
  for (const [lat, lon] of points) {
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
  }
  return [west, south, east, north];
}
