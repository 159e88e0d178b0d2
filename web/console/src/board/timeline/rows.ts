/** The rows of the timeline: which technicians, in which order, under which territory, and which of them are in sight. */

import type { Territory } from "../../live";
import { within } from "./time-scale";

export type Order = "name" | "start" | "used" | "trouble";
export const ORDERS: readonly Order[] = ["name", "start", "used", "trouble"];

/** What ordering needs to know of a technician. */
export interface Told {
  readonly id: string;
  readonly name: string;
  readonly territory: string | null;
  /** When the first shift begins; null: none today. */
  readonly start: number | null;
  readonly used: number | null;
  /** How many of their visits are at risk or broken. */
  readonly trouble: number;
}

export type Line =
  | { readonly kind: "group"; readonly id: string; readonly name: string; readonly people: number; /** Until when the territory is locked. */ readonly locked: string | null; readonly open: boolean; readonly top: number; readonly height: number }
  | { readonly kind: "person"; readonly id: string; readonly top: number; readonly height: number };

export interface Heights {
  readonly group: number;
  readonly person: number;
}

export interface Lines {
  readonly all: readonly Line[];
  readonly height: number;
  readonly ofPerson: ReadonlyMap<string, number>;
}

/** Those without a territory stand under this id, last. */
export const NOWHERE = "";

/** The lines from top to bottom. `closed`: groups of which only the heading is shown; `grouped` false: no headings. */
export function linesOf(
  people: readonly Told[],
  territories: readonly Pick<Territory, "id" | "name" | "locked_until">[],
  order: Order,
  grouped: boolean,
  closed: ReadonlySet<string>,
  heights: Heights,
  nowhere: string,
): Lines {
  const ordered = [...people].sort(comparing(order));
  const all: Line[] = [];
  let top = 0;
  const person = (one: Told): void => {
    all.push({ kind: "person", id: one.id, top, height: heights.person });
    top += heights.person;
  };
  if (!grouped) {
    for (const one of ordered) person(one);
  } else {
    const names = new Map(territories.map((one) => [one.id, one.name]));
    const locks = new Map(territories.map((one) => [one.id, one.locked_until ?? null]));
    const groups = new Map<string, Told[]>();
    for (const one of ordered) {
      const id = one.territory !== null && names.has(one.territory) ? one.territory : NOWHERE;
      const group = groups.get(id);
      if (group === undefined) groups.set(id, [one]);
      else group.push(one);
    }
    const ids = [...groups.keys()].sort((one, other) => compareGroups(one, other, names));
    for (const id of ids) {
      const members = groups.get(id) ?? [];
      const open = !closed.has(id);
      all.push({ kind: "group", id, name: names.get(id) ?? nowhere, people: members.length, locked: locks.get(id) ?? null, open, top, height: heights.group });
      top += heights.group;
      if (open) for (const one of members) person(one);
    }
  }
  const ofPerson = new Map(all.flatMap((line, index) => (line.kind === "person" ? [[line.id, index] as const] : [])));
  return { all, height: top, ofPerson };
}

function compareGroups(one: string, other: string, names: ReadonlyMap<string, string>): number {
  if (one === NOWHERE || other === NOWHERE) return one === NOWHERE ? 1 : -1;
  return (names.get(one) ?? "").localeCompare(names.get(other) ?? "");
}

function comparing(order: Order): (one: Told, other: Told) => number {
  const byName = (one: Told, other: Told): number => one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);
  switch (order) {
    case "name":
      return byName;
    case "start":
      return (one, other) => (one.start ?? Infinity) - (other.start ?? Infinity) || byName(one, other);
    case "used":
      return (one, other) => (other.used ?? -1) - (one.used ?? -1) || byName(one, other);
    case "trouble":
      return (one, other) => other.trouble - one.trouble || byName(one, other);
  }
}

export interface Sighted {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** The lines in a view, and some more above and below so that a scroll finds them drawn. */
export function inSight(lines: Lines, top: number, height: number, spare: number): Sighted {
  return {
    first: within(lineAt(lines, top - spare), 0, lines.all.length),
    end: within(lineAt(lines, top + height + spare) + 1, 0, lines.all.length),
  };
}

/** The number of the line at a height; the last one below all. */
export function lineAt(lines: Lines, y: number): number {
  let low = 0;
  let high = lines.all.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines.all[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

/** The next line of a person from one on, upwards (-1) or downwards (1); null at the end. */
export function nextPerson(lines: Lines, from: number, step: 1 | -1): string | null {
  for (let at = from + step; at >= 0 && at < lines.all.length; at += step) {
    const line = lines.all[at];
    if (line?.kind === "person") return line.id;
  }
  return null;
}
