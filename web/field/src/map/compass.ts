/** Where something lies from here, in words that need no map. */

export const DIRECTIONS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;
export type Direction = (typeof DIRECTIONS)[number];
export type At = readonly [lat: number, lon: number];

const RADIUS = 6_371_000;
const RADIANS = Math.PI / 180;

/** Metres along a great circle (haversine). */
export function metresBetween([lat, lon]: At, [otherLat, otherLon]: At): number {
  const half = (one: number): number => Math.sin((one * RADIANS) / 2) ** 2;
  const share = half(otherLat - lat) + Math.cos(lat * RADIANS) * Math.cos(otherLat * RADIANS) * half(otherLon - lon);
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** Which way to set out. */
export function directionTo([lat, lon]: At, [otherLat, otherLon]: At): Direction {
  const east = Math.sin((otherLon - lon) * RADIANS) * Math.cos(otherLat * RADIANS);
  const north =
    Math.cos(lat * RADIANS) * Math.sin(otherLat * RADIANS) -
    Math.sin(lat * RADIANS) * Math.cos(otherLat * RADIANS) * Math.cos((otherLon - lon) * RADIANS);
  const degrees = (Math.atan2(east, north) / RADIANS + 360) % 360;
  return DIRECTIONS[Math.round(degrees / 45) % 8] ?? "n";
}
