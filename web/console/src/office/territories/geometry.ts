/** Areas on the map: what is inside, whether two overlap, whether a line crosses itself. Longitude first. Pure. */

export type Position = readonly [number, number];
/** The corners of an area, without the first one again at the end. */
export type Corners = readonly Position[];

export interface Boundary {
  readonly type: "Polygon" | "MultiPolygon";
  readonly coordinates: unknown;
}

type Rings = readonly (readonly (readonly number[])[])[];

/** About a decimetre: more digits say nothing, and terra-draw takes no more than nine. */
const DIGITS = 6;

/** The polygons of a boundary, each with its rings; the first ring is the outer one. */
export function polygonsOf(boundary: Boundary | null): readonly Rings[] {
  if (boundary === null) return [];
  return (boundary.type === "Polygon" ? [boundary.coordinates] : boundary.coordinates) as readonly Rings[];
}

export function cornersOf(rings: Rings): Corners {
  const ring = (rings[0] ?? []).map((one): Position => [one[0] ?? 0, one[1] ?? 0]);
  const [first, last] = [ring[0], ring.at(-1)];
  return first !== undefined && last !== undefined && ring.length > 1 && first[0] === last[0] && first[1] === last[1] ? ring.slice(0, -1) : ring;
}

/** A ring as GeoJSON has it: rounded, and closed. */
export function closed(corners: Corners): number[][] {
  const ring = corners.map(([lon, lat]) => [rounded(lon), rounded(lat)]);
  return ring.length === 0 ? ring : [...ring, [...(ring[0] ?? [])]];
}

function rounded(degrees: number): number {
  return Math.round(degrees * 10 ** DIGITS) / 10 ** DIGITS;
}

/** A boundary of these polygons (rings as GeoJSON has them); null: there are none. */
export function boundaryOf(polygons: readonly Rings[]): Boundary | null {
  if (polygons.length === 0) return null;
  if (polygons.length === 1) return { type: "Polygon", coordinates: polygons[0] };
  return { type: "MultiPolygon", coordinates: polygons };
}

export function contains(boundary: Boundary | null, [lon, lat]: Position): boolean {
  return polygonsOf(boundary).some((rings) => rings.reduce((count, ring) => count + crossings(ring, lon, lat), 0) % 2 === 1);
}

function crossings(ring: readonly (readonly number[])[], lon: number, lat: number): number {
  let count = 0;
  for (let at = 0; at + 1 < ring.length; at++) {
    const [x1 = 0, y1 = 0] = ring[at] ?? [];
    const [x2 = 0, y2 = 0] = ring[at + 1] ?? [];
    if (y1 > lat !== y2 > lat && lon < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) count++;
  }
  return count;
}

export function boxOf(boundary: Boundary | null): { west: number; south: number; east: number; north: number } | null {
  const points = polygonsOf(boundary).flatMap((rings) => rings.flat());
  if (points.length === 0) return null;
  const [lons, lats] = [points.map((one) => one[0] ?? 0), points.map((one) => one[1] ?? 0)];
  return { west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) };
}

const SAMPLES = 48;

/**
 * Which share of an area lies in another one, 0 to 1, by looking at a grid of points over it. What touches along a
 * line is told as 0; what is smaller than the grid may be missed.
 */
export function overlap(one: Boundary | null, other: Boundary | null): number {
  const [mine, theirs] = [boxOf(one), boxOf(other)];
  if (mine === null || theirs === null) return 0;
  if (mine.east <= theirs.west || theirs.east <= mine.west || mine.north <= theirs.south || theirs.north <= mine.south) return 0;
  let inside = 0;
  let both = 0;
  for (let column = 0; column < SAMPLES; column++) {
    const lon = mine.west + ((column + 0.5) / SAMPLES) * (mine.east - mine.west);
    for (let row = 0; row < SAMPLES; row++) {
      const point: Position = [lon, mine.south + ((row + 0.5) / SAMPLES) * (mine.north - mine.south)];
      if (!contains(one, point)) continue;
      inside++;
      if (contains(other, point)) both++;
    }
  }
  return inside === 0 ? 0 : both / inside;
}

/** Whether the line round an area crosses itself: such an area means nothing. */
export function crossesItself(corners: Corners): boolean {
  const count = corners.length;
  for (let one = 0; one < count; one++) {
    for (let other = one + 2; other < count; other++) {
      if (one === 0 && other === count - 1) continue; // these two meet in the first corner
      const [a, b, c, d] = [corners[one], corners[one + 1], corners[other], corners[(other + 1) % count]];
      if (a !== undefined && b !== undefined && c !== undefined && d !== undefined && cross(a, b, c, d)) return true;
    }
  }
  return false;
}

function cross(a: Position, b: Position, c: Position, d: Position): boolean {
  const side = (p: Position, q: Position, r: Position): number => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** The corner between two: where a new one begins its life. */
export function between(corners: Corners, at: number): Position {
  const [one, other] = [corners[at] ?? [0, 0], corners[(at + 1) % corners.length] ?? corners[at] ?? [0, 0]];
  return [rounded((one[0] + other[0]) / 2), rounded((one[1] + other[1]) / 2)];
}

/** About how many square kilometres: told, so that a slip of the mouse is noticed. */
export function squareKilometres(boundary: Boundary | null): number {
  const EARTH = 6371.009;
  const radians = Math.PI / 180;
  let sum = 0;
  for (const rings of polygonsOf(boundary)) {
    rings.forEach((ring, index) => {
      let ringSum = 0;
      for (let at = 0; at + 1 < ring.length; at++) {
        const [x1 = 0, y1 = 0] = ring[at] ?? [];
        const [x2 = 0, y2 = 0] = ring[at + 1] ?? [];
        ringSum += (x2 - x1) * radians * (2 + Math.sin(y1 * radians) + Math.sin(y2 * radians));
      }
      sum += (index === 0 ? 1 : -1) * Math.abs((ringSum * EARTH * EARTH) / 2);
    });
  }
  return sum;
}
