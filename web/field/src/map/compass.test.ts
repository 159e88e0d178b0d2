import { expect, it } from "vitest";

import { directionTo, metresBetween } from "./compass";

it.each([
  [[1, 0], "n"],
  [[1, 1], "ne"],
  [[0, 1], "e"],
  [[-1, 0], "s"],
  [[0, -1], "w"],
  [[1, -1], "nw"],
] as const)("from the equator %o lies to the %s", (to, direction) => expect(directionTo([0, 0], to)).toBe(direction));

it("a degree on the equator is 111 km long, and a place is no way from itself", () => {
  expect(metresBetween([0, 0], [0, 1])).toBeCloseTo(111_195, -1);
  expect(metresBetween([-29.9, -71.25], [-29.9, -71.25])).toBe(0);
});
