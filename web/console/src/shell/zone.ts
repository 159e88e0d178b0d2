/** Time zones as people say them, and how far the reader's own is from the operation's. */

import type { Language } from "../words";

export function cityOf(zone: string): string {
  return zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
}

/** A zone with its present offset: "Santiago (GMT-3)". */
export function zoneName(zone: string, language: Language): string {
  const city = cityOf(zone);
  if (zone === "UTC" || zone === "Etc/UTC") return "UTC";
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts();
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value;
  return offset === undefined ? city : `${city} (${offset})`;
}

/** Minutes that one's own clock is ahead of that of a zone; below nothing: behind. */
export function minutesAhead(zone: string, at: Date = new Date()): number {
  return offset(at, undefined) - offset(at, zone);
}

/** Minutes that a zone is ahead of UTC at an instant. */
function offset(at: Date, zone: string | undefined): number {
  const format = new Intl.DateTimeFormat("en-US", {
    ...(zone === undefined ? {} : { timeZone: zone }),
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute);
  return Math.round((wall - at.getTime()) / 60_000);
}
