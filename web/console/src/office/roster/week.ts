/** The calendar of shifts and absences: what lies on which day of whom, and where in the day. Pure. */

import { daysAfter, daysBetween, type Wall, wallOf } from "../kit/wall";

export interface Spanning {
  readonly id: string;
  readonly technician_id: string;
  readonly starts_at: string;
  readonly ends_at: string;
}

/** A piece of a shift or an absence on one day of the clock on the wall, in minutes since midnight there. */
export interface Piece<Item extends Spanning> {
  readonly item: Item;
  readonly date: string;
  readonly from: number;
  readonly to: number;
  /** Whether it began the day before, and goes on the day after. */
  readonly before: boolean;
  readonly after: boolean;
}

export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

export function clockOf(minutes: number): string {
  const whole = Math.max(0, Math.min(24 * 60, Math.round(minutes)));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

/** The pieces of these, by technician and date: `"tech 2026-11-23"`. Only dates from `first`, `days` long. */
export function byCell<Item extends Spanning>(
  items: readonly Item[],
  zoneOf: (technician: string) => string,
  first: string,
  days: number,
): ReadonlyMap<string, readonly Piece<Item>[]> {
  const found = new Map<string, Piece<Item>[]>();
  for (const item of items) {
    const zone = zoneOf(item.technician_id);
    const [starts, ends] = [wallOf(item.starts_at, zone), wallOf(item.ends_at, zone)];
    for (const piece of pieces(item, starts, ends)) {
      const at = daysBetween(first, piece.date);
      if (at < 0 || at >= days) continue;
      const key = `${item.technician_id} ${piece.date}`;
      const there = found.get(key);
      if (there === undefined) found.set(key, [piece]);
      else there.push(piece);
    }
  }
  return found;
}

const LONGEST_DAYS = 800;

function pieces<Item extends Spanning>(item: Item, starts: Wall, ends: Wall): readonly Piece<Item>[] {
  const count = Math.min(daysBetween(starts.date, ends.date), LONGEST_DAYS);
  const all: Piece<Item>[] = [];
  for (let at = 0; at <= count; at++) {
    const from = at === 0 ? minutesOf(starts.time) : 0;
    const to = at === count ? minutesOf(ends.time) : 24 * 60;
    if (to > from) all.push({ item, date: daysAfter(starts.date, at), from, to, before: at > 0, after: at < count && !(at === count - 1 && minutesOf(ends.time) === 0) });
  }
  return all;
}

/** The shifts during some of which their technician is away: they are told, nobody can work them. */
export function whileAway<Shift extends Spanning>(shifts: readonly Shift[], absences: readonly Spanning[]): ReadonlySet<string> {
  const byTechnician = new Map<string, Spanning[]>();
  for (const one of absences) byTechnician.set(one.technician_id, [...(byTechnician.get(one.technician_id) ?? []), one]);
  const away = shifts.filter((shift) =>
    (byTechnician.get(shift.technician_id) ?? []).some(
      (one) => Date.parse(one.starts_at) < Date.parse(shift.ends_at) && Date.parse(one.ends_at) > Date.parse(shift.starts_at),
    ),
  );
  return new Set(away.map((one) => one.id));
}

/** The part of a day that is drawn: early and late enough for all that is there, at least from 6 to 20. */
export function window(pieces: Iterable<readonly Piece<Spanning>[]>): { readonly from: number; readonly to: number } {
  let [from, to] = [6 * 60, 20 * 60];
  for (const some of pieces) {
    for (const one of some) {
      if (one.from > 0 && one.from < from) from = Math.floor(one.from / 60) * 60;
      if (one.to < 24 * 60 && one.to > to) to = Math.ceil(one.to / 60) * 60;
    }
  }
  return { from, to };
}

const STEP = 30;

/** What was dragged over within a day, as from and to in steps of half an hour; a mere click is the usual shift. */
export function dragged(one: number, other: number, usual: { from: number; to: number }): { readonly from: number; readonly to: number } {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (high - low < STEP / 2) return usual;
  const from = Math.floor(low / STEP) * STEP;
  return { from, to: Math.max(from + STEP, Math.ceil(high / STEP) * STEP) };
}

/** The dates from one to another, whichever comes first. */
export function datesBetween(one: string, other: string): readonly string[] {
  const [first, last] = one <= other ? [one, other] : [other, one];
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, at) => daysAfter(first, at));
}

/** The days of the month that a date lies in. */
export function monthOf(date: string): { readonly first: string; readonly days: number } {
  const first = `${date.slice(0, 8)}01`;
  const next = daysAfter(first, 32);
  return { first, days: daysBetween(first, `${next.slice(0, 8)}01`) };
}

/** The worked seconds of a technician's pieces. */
export function hoursOf(pieces: readonly Piece<Spanning>[]): number {
  return pieces.reduce((sum, one) => sum + (one.to - one.from), 0) / 60;
}
