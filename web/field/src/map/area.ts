/** Fetching the map of the day's area while there is a network, so that it is there where there is none. */

import type { PMTiles } from "pmtiles";
import type { VisitDocument } from "../day/documents";
import { around, type Bounds, tilesOf } from "./tiles";
import { archive } from "./archive";
import type { MapSource } from "./source";

/** Degrees around the visits: some three kilometres, for the ways between them. */
const MARGIN = 0.03;
/** Tiles of the region's archive go no deeper; MapLibre draws nearer views from them. */
const DEEPEST = 14;
/** Requests that are under way at the same time: the day's taps need the network as well. */
const AT_ONCE = 3;

export interface Fetched {
  readonly done: number;
  readonly of: number;
}

/** The area of all visits that are known here, tomorrow's included; null: none of them has a place. */
export function areaOf(visits: readonly VisitDocument[]): Bounds | null {
  const points = visits.flatMap(({ site }) => (site.lat === null || site.lon === null ? [] : [[site.lat, site.lon] as const]));
  return around(points, MARGIN);
}

/** Fetch and keep all tiles of an area. Raises what the server or the network says; what came before stays kept. */
export async function fetchArea(source: MapSource, bounds: Bounds, tell: (fetched: Fetched) => void, signal: AbortSignal): Promise<void> {
  if (source.kind !== "region" || source.url === null) return;
  const { tiles } = archive(source.url);
  const { minZoom, maxZoom } = await tiles.getHeader();
  const wanted = tilesOf(bounds, minZoom, Math.min(DEEPEST, maxZoom));
  let done = 0;
  const queue = [...wanted];
  async function work(from: PMTiles): Promise<void> {
    for (let tile = queue.shift(); tile !== undefined && !signal.aborted; tile = queue.shift()) {
      await from.getZxy(tile.z, tile.x, tile.y, signal);
      done += 1;
      tell({ done, of: wanted.length });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(tiles)));
}
