/** The rows of the board as it is now: each is made anew only where its technician or one of its visits has changed. */

import { type Board, isAtRisk, type Technician, useBoardPart, type Visit } from "../../live";
import { instantsOf, layoutOf, type Row } from "./row-layout";
import type { Order, Told } from "./rows";
import { type Span, spanOf } from "./time-scale";

interface Kept {
  readonly row: Row;
  readonly visits: readonly (Visit | undefined)[];
}

const KEPT = new WeakMap<Technician, Kept>();

/** Somebody's row; null: they are not on the board. The same object as long as nothing of theirs has changed. */
export function rowOf(board: Board | undefined, id: string): Row | null {
  const technician = board?.technicianById.get(id);
  if (board === undefined || technician === undefined) return null;
  const kept = KEPT.get(technician);
  if (kept !== undefined && unchanged(kept, technician, board)) return kept.row;
  const row = layoutOf(technician, board.visitById);
  const visits = technician.shifts.flatMap((shift) => shift.stops.map((stop) => board.visitById.get(stop.visit)));
  KEPT.set(technician, { row, visits });
  return row;
}

function unchanged(kept: Kept, technician: Technician, board: Board): boolean {
  let index = 0;
  for (const shift of technician.shifts) {
    for (const stop of shift.stops) {
      if (kept.visits[index] !== board.visitById.get(stop.visit)) return false;
      index += 1;
    }
  }
  return true;
}

export function useRow(id: string): Row | null {
  return useBoardPart((board) => rowOf(board, id));
}

const TOLD = new WeakMap<Row, Told>();

function toldOf(row: Row): Told {
  const kept = TOLD.get(row);
  if (kept !== undefined) return kept;
  const { technician, duties, used, bars } = row;
  const told = {
    id: technician.id,
    name: technician.name,
    territory: technician.territory,
    start: duties.length === 0 ? null : Math.min(...duties.map((one) => one.from)),
    used,
    trouble: bars.filter((bar) => isAtRisk(bar.visit)).length,
  };
  TOLD.set(row, told);
  return told;
}

/** What ordering needs to know of everybody. */
export function everybody(board: Board | undefined): readonly Told[] {
  return (board?.technicians ?? []).flatMap((one) => {
    const row = rowOf(board, one.id);
    return row === null ? [] : [toldOf(row)];
  });
}

/**
 * Everybody, for each order a function of its own: with {@link SAME_FOR} the answer stays the same object as long as all
 * stand where they stood, so that a visit that has come further does not make all lines anew.
 */
export const EVERYBODY: Readonly<Record<Order, typeof everybody>> = {
  name: (board) => everybody(board),
  start: (board) => everybody(board),
  used: (board) => everybody(board),
  trouble: (board) => everybody(board),
};

type Same = (some: readonly Told[], others: readonly Told[]) => boolean;

/** Whether the same people stand in the same order and groups. */
export const SAME_FOR: Readonly<Record<Order, Same>> = {
  name: sameBy(() => null),
  start: sameBy((one) => one.start),
  used: sameBy((one) => one.used),
  trouble: sameBy((one) => one.trouble),
};

function sameBy(worth: (one: Told) => number | null): Same {
  return (some, others) =>
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return (
        one === other ||
        (other !== undefined && one.id === other.id && one.name === other.name && one.territory === other.territory && worth(one) === worth(other))
      );
    });
}

/** What of the day is shown: where anybody works or is planned. In full hours, so that it hardly ever changes. */
export function spanNow(board: Board | undefined): Span {
  if (board === undefined) return { from: 0, until: 0 };
  const day = { from: Date.parse(board.since), until: Date.parse(board.until) };
  function* instants(): Generator<number> {
    for (const one of board?.technicians ?? []) {
      const row = rowOf(board, one.id);
      if (row !== null) yield* instantsOf(row);
    }
  }
  return spanOf(instants(), day);
}

export function sameSpan(one: Span, other: Span): boolean {
  return one.from === other.from && one.until === other.until;
}
