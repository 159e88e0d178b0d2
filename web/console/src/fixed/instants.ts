/** Instants as people choose them: by the clock of the place where the work is done. */

import { fromAbsolute, parseDateTime, toCalendarDate, toZoned } from "@internationalized/date";

export const CHOICES = ["hours", "noon", "today", "tomorrow"] as const;
export type Chosen = (typeof CHOICES)[number];

const TWO_HOURS = 2 * 3_600_000;

export function untilOf(chosen: Chosen, now: number, zone: string): Date {
  if (chosen === "hours") return new Date(now + TWO_HOURS);
  const today = toCalendarDate(fromAbsolute(now, zone));
  if (chosen === "noon") return toZoned(today, zone).add({ hours: 12 }).toDate();
  return toZoned(today.add({ days: chosen === "today" ? 1 : 2 }), zone).toDate();
}

/** What a field of day and time holds ("2026-11-24T09:15"); null: it is empty or no time. */
export function instantOf(text: string, zone: string): Date | null {
  try {
    return toZoned(parseDateTime(text), zone).toDate();
  } catch {
    return null;
  }
}

/** An instant as such a field holds it. */
export function writtenAt(at: number, zone: string): string {
  return fromAbsolute(at, zone).toString().slice(0, 16);
}
