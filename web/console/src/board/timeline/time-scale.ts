/** Instants on a line: milliseconds to pixels and back, how near one looks, and the marks of the clock on the wall. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What is shown, as instants in milliseconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A span and how wide an hour of it is, in pixels. */
export interface Scale extends Span {
  readonly hour: number;
}

/** The widest that an hour gets: there a visit of five minutes is a bar that can be hit. */
export const WIDEST_HOUR = 480;
/** The narrowest: closer together, bars of an hour cannot carry their letter. */
export const NARROWEST_HOUR = 24;

export function xOf(scale: Scale, at: number): number {
  return ((at - scale.from) / HOUR) * scale.hour;
}

export function instantAt(scale: Scale, x: number): number {
  return scale.from + (x / scale.hour) * HOUR;
}

export function widthOf(scale: Scale): number {
  return ((scale.until - scale.from) / HOUR) * scale.hour;
}

export type Sight = "day" | "half" | "hours";
export const SIGHTS: readonly Sight[] = ["day", "half", "hours"];

/** How wide an hour is when so much of the span is to fill `width` pixels: all of it, half of it, or three hours. */
export function hourOf(sight: Sight, span: Span, width: number): number {
  const hours = (span.until - span.from) / HOUR;
  const shown = sight === "day" ? hours : sight === "half" ? hours / 2 : Math.min(3, hours);
  return within(width / Math.max(shown, 1), NARROWEST_HOUR, WIDEST_HOUR);
}

export interface Zoomed {
  readonly hour: number;
  readonly left: number;
}

/** Look closer (or from farther away) by a factor, so that what is under `x` pixels of the view stays under it. */
export function zoomed(hour: number, left: number, factor: number, x: number, narrowest: number): Zoomed {
  const next = within(hour * factor, Math.max(NARROWEST_HOUR, narrowest), WIDEST_HOUR);
  return { hour: next, left: Math.max(0, ((left + x) * next) / hour - x) };
}

/**
 * What of a day is worth showing: from the first to the last of what there is, an hour of room on each side, in full
 * hours; at least eight hours, and never less than what is there.
 */
export function spanOf(instants: Iterable<number>, day: Span): Span {
  let first = Infinity;
  let last = -Infinity;
  for (const at of instants) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  if (first > last) return { from: day.from + 6 * HOUR, until: day.from + 20 * HOUR };
  const from = Math.floor((first - HOUR / 2) / HOUR) * HOUR;
  const until = Math.ceil((last + HOUR / 2) / HOUR) * HOUR;
  return { from, until: Math.max(until, from + 8 * HOUR) };
}

export interface Mark {
  readonly at: number;
  /** `hour`: it has its time written; `part`: a thin line; `day`: a new day begins there. */
  readonly kind: "hour" | "part" | "day";
  readonly label: string;
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** Minutes since local midnight: what the clock on the wall shows there. */
export function wallMinutes(at: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(at);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return value("hour") * 60 + value("minute");
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const kept = CLOCKS.get(zone);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  CLOCKS.set(zone, made);
  return made;
}

/**
 * The marks of a scale at full local hours, as the wall clock shows them. When the clock is put forward an hour's mark
 * is missing, when it is put back one comes twice: the line itself is even, an hour of work is as long as any other.
 */
export function marksOf(scale: Scale, zone: string): readonly Mark[] {
  const named = scale.hour < 44 ? 120 : scale.hour < 170 ? 60 : scale.hour < 330 ? 30 : 15;
  const fine = scale.hour < 44 ? 60 : scale.hour < 170 ? 30 : 15;
  // Offsets to universal time are whole quarters of an hour (in 2026 everywhere), so that quarters meet every mark.
  const quarter = 15 * MINUTE;
  const marks: Mark[] = [];
  for (let at = Math.ceil(scale.from / quarter) * quarter; at <= scale.until; at += quarter) {
    const minutes = wallMinutes(at, zone);
    if (minutes % fine !== 0) continue;
    const kind = minutes === 0 ? "day" : minutes % named === 0 ? "hour" : "part";
    marks.push({ at, kind, label: kind === "part" ? "" : wallLabel(minutes) });
  }
  return marks;
}

function wallLabel(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** How a dragged start is rounded: to five minutes of the wall clock. */
export const GRID = 5 * MINUTE;

/** The nearest of `edges` within `reach` pixels, else the nearest five minutes. */
export function snapped(scale: Scale, at: number, edges: readonly number[], reach = 6): number {
  const near = (reach / scale.hour) * HOUR;
  let best = Math.round(at / GRID) * GRID;
  let distance = near;
  for (const edge of edges) {
    if (Math.abs(edge - at) <= distance) {
      distance = Math.abs(edge - at);
      best = edge;
    }
  }
  return best;
}

export function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
