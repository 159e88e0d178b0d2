/** Whether the technician has come to where the visit is. It proposes; a tap decides. */

import type { VisitDocument } from "../day/documents";

export interface Here {
  readonly lat: number;
  readonly lon: number;
  /** Metres; null: the phone does not say. */
  readonly accuracy: number | null;
}

/** Metres round a site in which one counts as there, as on the server where nothing else is set. */
const RADIUS = 60;
/** A fix that is less sure than that proposes nothing. */
const SURE = 60;
const EARTH_RADIUS = 6_371_000;

/** Metres along a great circle (the haversine formula). */
export function metresBetween(one: Here | Place, other: Here | Place): number {
  const [a, b] = [radians(one.lat), radians(other.lat)];
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians(other.lon - one.lon) / 2) ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.sqrt(half));
}

interface Place {
  readonly lat: number;
  readonly lon: number;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** Whether to propose the arrival: the server does, or the phone sees for itself that it is there. */
export function seemsThere(visit: VisitDocument, here: Here | null): boolean {
  if (visit.status !== "en_route") return false;
  if (visit.arrival_proposed_at !== null) return true;
  const { lat, lon } = visit.site;
  if (here === null || lat === null || lon === null || (here.accuracy ?? 0) > SURE) return false;
  // A large building is reached before its middle is, and a phone is not sure to the metre.
  return metresBetween(here, { lat, lon }) <= RADIUS + (here.accuracy ?? 0);
}
