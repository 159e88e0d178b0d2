/** Who has which of the few hues: people who work near each other get different ones, and keep them all day. */

import { ROUTE_HUES } from "@fieldwright/shared/map/colours";

export type LonLat = readonly [lon: number, lat: number];

const COUNT = ROUTE_HUES.light.length;
/** Degrees within which two people are as near as can be. */
const SAME = 0.002;

/** The hue (its index) of each technician, given where the middle of their work is. Who has one `before` keeps it. */
export function huesOf(middles: ReadonlyMap<string, LonLat>, before: ReadonlyMap<string, number> = new Map()): Map<string, number> {
  const given = new Map([...before].filter(([id]) => middles.has(id)));
  const near = new Map([...given].map(([id, hue]) => [id, { hue, at: middles.get(id) as LonLat }] as const));
  for (const id of [...middles.keys()].filter((one) => !given.has(one)).sort()) {
    const at = middles.get(id) as LonLat;
    const crowd = new Array<number>(COUNT).fill(0);
    for (const other of near.values()) crowd[other.hue] = (crowd[other.hue] ?? 0) + 1 / (SAME + apart(at, other.at));
    const hue = crowd.indexOf(Math.min(...crowd));
    given.set(id, hue);
    near.set(id, { hue, at });
  }
  return given;
}

function apart([lon, lat]: LonLat, [other, otherLat]: LonLat): number {
  return Math.hypot(lat - otherLat, (lon - other) * Math.cos((lat * Math.PI) / 180));
}

export function middleOf(points: readonly LonLat[]): LonLat | null {
  if (points.length === 0) return null;
  let [lon, lat] = [0, 0];
  for (const point of points) [lon, lat] = [lon + point[0], lat + point[1]];
  return [lon / points.length, lat / points.length];
}
