import { expect, it } from "vitest";
import { between, boundaryOf, closed, contains, type Corners, cornersOf, crossesItself, overlap, squareKilometres } from "./geometry";

const square = (west: number, south: number, size: number): Corners => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
];
const area = (...corners: Corners[]): ReturnType<typeof boundaryOf> => boundaryOf(corners.map((one) => [closed(one)]));

it("is closed as GeoJSON wants it, and its corners are those that were drawn", () => {
  expect(closed(square(0, 0, 1))).toHaveLength(5);
  expect(cornersOf([closed(square(0, 0, 1))])).toEqual(square(0, 0, 1));
});

it("holds what is inside of any of its parts, and not what lies in a hole", () => {
  const two = area(square(0, 0, 1), square(5, 5, 1));
  expect(two?.type).toBe("MultiPolygon");
  expect(contains(two, [0.5, 0.5])).toBe(true);
  expect(contains(two, [5.5, 5.5])).toBe(true);
  expect(contains(two, [3, 3])).toBe(false);
  const holed = { type: "Polygon" as const, coordinates: [closed(square(0, 0, 3)), closed(square(1, 1, 1))] };
  expect(contains(holed, [1.5, 1.5])).toBe(false);
  expect(contains(holed, [0.5, 0.5])).toBe(true);
});

it("tells by how much two overlap, and that neighbours do not", () => {
  expect(overlap(area(square(0, 0, 2)), area(square(1, 0, 2)))).toBeCloseTo(0.5, 1);
  expect(overlap(area(square(0, 0, 2)), area(square(0.5, 0.5, 1)))).toBeCloseTo(0.25, 1);
  expect(overlap(area(square(0, 0, 1)), area(square(1, 0, 1)))).toBe(0);
  expect(overlap(area(square(0, 0, 1)), null)).toBe(0);
});

it("notices a line that crosses itself", () => {
  expect(crossesItself(square(0, 0, 1))).toBe(false);
  expect(crossesItself([[0, 0], [1, 1], [1, 0], [0, 1]])).toBe(true);
});

it("grows a corner halfway to the next one, the first after the last", () => {
  expect(between(square(0, 0, 1), 0)).toEqual([0.5, 0]);
  expect(between(square(0, 0, 1), 3)).toEqual([0, 0.5]);
});

it("is about as large as on the ground", () => {
  // A degree of latitude is some 111 km; of longitude at 30° as much times the cosine.
  expect(squareKilometres(area(square(-71, -30.05, 0.1)))).toBeGreaterThan(105);
  expect(squareKilometres(area(square(-71, -30.05, 0.1)))).toBeLessThan(109);
});
