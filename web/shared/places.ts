/** Sites whose place nobody knows for sure, what an address may mean, and saying where it is. */

import { get, send, type Shape } from "./api";
import type { Point } from "./map/day";

export type Site = Shape<"SiteShape">;
export type Place = Shape<"PlaceShape">;

/** A place that somebody means, and how they came to it: by pointing at the map, or as a candidate for the address. */
export interface Meant {
  readonly at: Point;
  readonly candidate: Place | null;
}

const MOST = 100;

/** Sites that wait for a place, at most a hundred; whether there are more. */
export async function sitesWithoutPlace(signal: AbortSignal): Promise<{ sites: Site[]; more: boolean }> {
  const { items, next } = await get("/api/v1/sites", { placed: "false", limit: String(MOST) }, signal);
  return { sites: items, more: next != null };
}

/** What an address may mean, the best first. */
export async function candidates(address: string, signal: AbortSignal): Promise<Place[]> {
  return (await get("/api/v1/places", { query: address, limit: "6" }, signal)).places;
}

/** Say where a site is. Refused (412) where somebody else has changed the site since it was read. */
export async function placeSite(site: Site, { at: [lat, lon], candidate }: Meant): Promise<void> {
  const how = candidate === null ? { placed_by: "map" } : { placed_by: "address", precision: candidate.precision };
  await send(`/api/v1/sites/${site.id}/place`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "If-Match": `"${site.version}"` },
    body: JSON.stringify({ lat, lon, ...how }),
  });
}

/** A point as people write it, latitude first; null where it is none. A comma between, or a space; degrees. */
export function pointOf(text: string): Point | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (found === null) return null;
  const [lat, lon] = [Number(found[1]), Number(found[2])];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lat, lon] : null;
}

/** Five digits after the point are a metre. */
export function written([lat, lon]: Point): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}
