/** Certificates that run out: how much that matters today. Pure. */

import type { OfficeWords } from "../kit/resource";

export type Expiry = "ended" | "soon" | "later";

/** Within so many days an end stands out: enough to find and to take a course. */
export const SOON_DAYS = 60;

/** The last day counts: a certificate that is valid until today is valid today. */
export function expiry(until: string | null | undefined, today: string): Expiry | null {
  if (until == null || until === "") return null;
  const days = Math.round((Date.parse(`${until}T00:00Z`) - Date.parse(`${today}T00:00Z`)) / 86_400_000);
  if (Number.isNaN(days)) return null;
  if (days < 0) return "ended";
  return days <= SOON_DAYS ? "soon" : "later";
}

/** The worst of several that stands out; null: none does. */
export function worst(ends: readonly (string | null | undefined)[], today: string): "ended" | "soon" | null {
  const all = ends.map((one) => expiry(one, today));
  return all.includes("ended") ? "ended" : all.includes("soon") ? "soon" : null;
}

export function shownExpiry(which: "ended" | "soon", count: number, words: OfficeWords): string {
  return words.say(which === "ended" ? "skills.ended-count" : "skills.soon-count", { count });
}
