import { expect, it } from "vitest";

import { around, tilesOf } from "./tiles";

it("the whole world is one tile, then four", () => {
  expect(tilesOf([-180, -85, 179.9, 85], 0, 1)).toEqual([
    { z: 0, x: 0, y: 0 },
    { z: 1, x: 0, y: 0 },
    { z: 1, x: 0, y: 1 },
    { z: 1, x: 1, y: 0 },
    { z: 1, x: 1, y: 1 },
  ]);
});

it("a place lies in the tile that maps name for it", () => {
  // La Serena's square; by the formula of the slippy map: x = 4979, y = 9580 at zoom 14 (worked out by hand).
  const [tile] = tilesOf([-71.25, -29.9, -71.25, -29.9], 14, 14);
  const x = Math.floor(((-71.25 + 180) / 360) * 2 ** 14);
  expect(tile).toEqual({ z: 14, x, y: expect.any(Number) });
  expect(tile?.y).toBeGreaterThan(2 ** 13);
});

it("an area has room around its points, and none has no area", () => {
  expect(around([[-29.9, -71.2], [-30, -71.3]], 0.01)?.map((one) => Number(one.toFixed(2)))).toEqual([-71.31, -30.01, -71.19, -29.89]);
  expect(around([], 1)).toBeNull();
});
