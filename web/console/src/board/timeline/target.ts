/**
 * Where something would be dropped: from a point on the timeline to a place in somebody's route, and to the edits that
 * say so to the server.
 */

import { isDone, type Visit } from "../../live";
import { lineAt, type Lines } from "./rows";
import { type Bar, committed, type Row } from "./row-layout";
import { instantAt, type Scale, snapped } from "./time-scale";

/** A visit that is being moved, in one role of its crew. */
export interface Moved {
  readonly visit: string;
  readonly role: number;
}

/** A place in a route: nearer the model than a time, which follows from the order. */
export interface Target {
  readonly technician: string;
  readonly shift: string;
  /** Among the stops of the shift that stay, counted from 0. */
  readonly position: number;
  /** Where the bar was let go: the start that was meant. */
  readonly at: number;
  /** The start is meant to the minute, and is to be pinned. */
  readonly exact: boolean;
}

/** As the server takes it (EditShape). */
export interface Edit {
  readonly visit: string;
  readonly technician?: string;
  readonly shift?: string;
  readonly position?: number;
  readonly role?: number;
  readonly unassign?: boolean;
  readonly pin?: { readonly technician?: string; readonly start?: string; readonly order?: boolean };
}

/** Who is at a height. Null beside and between the rows of people. */
export function personAt(lines: Lines, y: number): string | null {
  const line = lines.all[lineAt(lines, y)];
  return line?.kind === "person" && y >= line.top && y < line.top + line.height ? line.id : null;
}

/** What a dragged start is drawn to: windows and promises of the visit, ends of shifts and stops of the row. */
export function edgesOf(row: Row, visit: Visit | undefined, moved: ReadonlySet<string>): readonly number[] {
  const windows = visit === undefined ? [] : visit.appointment === null ? visit.windows : [visit.appointment];
  return [
    ...windows.flatMap((one) => [Date.parse(one.earliest), Date.parse(one.latest)]),
    ...row.duties.flatMap((one) => [one.from, one.until]),
    ...row.bars.filter((bar) => !moved.has(bar.visit.id)).flatMap((bar) => [bar.from, bar.until]),
  ];
}

/** The place in a row that a start at `x` pixels stands for. Null: they have no shift. */
export function targetAt(row: Row, scale: Scale, x: number, visit: Visit | undefined, moved: ReadonlySet<string>, exact: boolean): Target | null {
  return targetFor(row, snapped(scale, instantAt(scale, x), edgesOf(row, visit, moved)), moved, exact);
}

/** The place in a row for a start at an instant: after every stop whose middle lies before it, and after what is under way. */
export function targetFor(row: Row, at: number, moved: ReadonlySet<string>, exact: boolean): Target | null {
  const shift = shiftFor(row, at);
  if (shift === null) return null;
  const stay = staying(row, shift, moved);
  let position = 0;
  stay.forEach((bar, index) => {
    if ((bar.from + bar.until) / 2 <= at || committed(bar.visit)) position = index + 1;
  });
  return { technician: row.technician.id, shift, position, at, exact };
}

/** One place earlier or later in the row: where the keyboard goes. Null at the end. */
export function neighbour(row: Row, target: Target, step: 1 | -1, moved: ReadonlySet<string>): Target | null {
  const stay = staying(row, target.shift, moved);
  const first = stay.reduce((last, bar, index) => (committed(bar.visit) ? index + 1 : last), 0);
  const position = target.position + step;
  if (position < first || position > stay.length) return null;
  const before = stay[position - 1];
  const shift = row.duties.find((one) => one.id === target.shift);
  return { ...target, position, at: before?.until ?? shift?.from ?? target.at };
}

function shiftFor(row: Row, at: number): string | null {
  let best: string | null = null;
  let distance = Infinity;
  for (const one of row.duties) {
    const away = at < one.from ? one.from - at : at > one.until ? at - one.until : 0;
    if (away < distance) {
      distance = away;
      best = one.id;
    }
  }
  return best;
}

/** The stops among which a position counts: what is over is no part of the plan any more. */
function staying(row: Row, shift: string, moved: ReadonlySet<string>): readonly Bar[] {
  const stay = row.bars.filter((bar) => bar.shift === shift && !moved.has(bar.visit.id) && !isDone(bar.visit));
  return stay.sort((one, other) => one.position - other.position);
}

/** Where a bar stands among the stops that stay when it goes. */
export function placeOf(row: Row, bar: Bar, moved: ReadonlySet<string>): number {
  return staying(row, bar.shift, moved).filter((one) => one.position < bar.position).length;
}

/** What the server is asked to do so that all that is moved stands there, one after another. */
export function editsFor(moved: readonly Moved[], target: Target): readonly Edit[] {
  return moved.map((one, index) => ({
    visit: one.visit,
    role: one.role,
    technician: target.technician,
    shift: target.shift,
    position: target.position + index,
    ...(target.exact && index === 0 ? { pin: { technician: target.technician, start: new Date(target.at).toISOString() } } : {}),
  }));
}

/** The same place: nothing would change. */
export function unmoved(row: Row, target: Target, moved: readonly Moved[]): boolean {
  const [only] = moved;
  if (only === undefined || moved.length > 1 || target.exact) return false;
  const bar = row.bars.find((one) => one.visit.id === only.visit && one.role === only.role);
  return bar !== undefined && bar.shift === target.shift && placeOf(row, bar, new Set([only.visit])) === target.position;
}

/** What the server answers of what is moved: two targets with the same edits have the same answer. */
export function keyOf(edits: readonly Edit[], edition: number): string {
  return `${edition} ${JSON.stringify(edits)}`;
}
