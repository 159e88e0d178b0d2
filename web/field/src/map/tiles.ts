/** Which tiles cover an area: the squares of a web map, x from west to east and y from north to south (Web Mercator). */

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** West, south, east, north; degrees. */
export type Bounds = readonly [number, number, number, number];

/** Mercator ends there. */
const POLE = 85.0511;

/** The area around points, with so many degrees on each side; null: there are no points. */
export function around(points: readonly (readonly [lat: number, lon: number])[], margin: number): Bounds | null {
  if (points.length === 0) return null;
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  return [Math.min(...lons) - margin, Math.min(...lats) - margin, Math.max(...lons) + margin, Math.max(...lats) + margin];
}

/** The tiles of an area from one zoom to another, the coarse ones first: what is cut off is the finest. */
export function tilesOf(bounds: Bounds, from: number, to: number): Tile[] {
  const [west, south, east, north] = bounds;
  const tiles: Tile[] = [];
  for (let z = from; z <= to; z++) {
    const [left, top] = tileAt(north, west, z);
    const [right, bottom] = tileAt(south, east, z);
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) tiles.push({ z, x, y });
  }
  return tiles;
}

function tileAt(lat: number, lon: number, z: number): readonly [number, number] {
  const count = 2 ** z;
  const phi = (Math.max(-POLE, Math.min(POLE, lat)) * Math.PI) / 180;
  const x = Math.floor(((lon + 180) / 360) * count);
  const y = Math.floor(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * count);
  const inside = (one: number): number => Math.max(0, Math.min(count - 1, one));
  return [inside(x), inside(y)];
}
