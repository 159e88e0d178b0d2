/** The clock on the wall of a place: instants as dates and times there, and back. */

import { parseAbsolute, parseDate, parseDateTime, toZoned } from "@internationalized/date";

export interface Wall {
  /** "2026-11-23" */
  readonly date: string;
  /** "08:30" */
  readonly time: string;
}

export function wallOf(instant: string, zone: string): Wall {
  const there = parseAbsolute(instant, zone);
  return { date: dateOf(there), time: `${two(there.hour)}:${two(there.minute)}` };
}

/** The instant at which that clock shows that; of two (a clock that is put back), the first. "24:00" ends the day. */
export function instantOf({ date, time }: Wall, zone: string): string {
  const day = time === "24:00" ? parseDate(date).add({ days: 1 }).toString() : date;
  return toZoned(parseDateTime(`${day}T${time === "24:00" ? "00:00" : time}`), zone, "compatible").toAbsoluteString();
}

export function daysAfter(date: string, days: number): string {
  return parseDate(date).add({ days }).toString();
}

export function daysBetween(date: string, later: string): number {
  return Math.round((Date.parse(`${later}T00:00Z`) - Date.parse(`${date}T00:00Z`)) / 86_400_000);
}

/** The Monday of the week (ISO 8601) that a date lies in. */
export function mondayOf(date: string): string {
  return daysAfter(date, -weekday(date));
}

/** 0 Monday to 6 Sunday. */
export function weekday(date: string): number {
  return (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;
}

/** The week of ISO 8601, as the API names it: "2026-W48". Its year is that of its Thursday. */
export function isoWeek(date: string): string {
  const thursday = daysAfter(mondayOf(date), 3);
  const year = thursday.slice(0, 4);
  return `${year}-W${two(1 + Math.floor(daysBetween(`${year}-01-01`, thursday) / 7))}`;
}

/** The date of today there. */
export function todayIn(zone: string, now: Date): string {
  return wallOf(now.toISOString(), zone).date;
}

function dateOf(there: { year: number; month: number; day: number }): string {
  return `${String(there.year).padStart(4, "0")}-${two(there.month)}-${two(there.day)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
