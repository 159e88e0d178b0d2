/** The board, live: what everybody shows, and draws again only where it has changed. */

import { useCallback, useRef, useSyncExternalStore } from "react";
import { LiveBoard, type Trouble } from "./live";
import type { Board, Link, Optimistic, Technician, Undo, Visit } from "./types";

export type * from "./types";
export type { Trouble } from "./live";
export { operationNow, useNow } from "./clock";
export { isAtRisk, isDone, isUnassigned, isUnderWay, type State, stateOf } from "./state";

/** The one board of this page. The shell starts it; everybody else uses the hooks. */
export const live = new LiveBoard();

const toStore = (listener: () => void): (() => void) => live.store.subscribe(listener);

/** The whole board; draws at every change of it. */
export function useBoard(): Board | undefined {
  return useSyncExternalStore(toStore, () => live.store.board);
}

/** The board now, outside of drawing: in handlers and commands. */
export function boardNow(): Board | undefined {
  return live.store.board;
}

/** A part of the board; draws only when the part is another one (`same`, else by identity). */
export function useBoardPart<Part>(part: (board: Board | undefined) => Part, same: (one: Part, other: Part) => boolean = Object.is): Part {
  const last = useRef<{ board: Board | undefined; part: Part; by: typeof part } | null>(null);
  return useSyncExternalStore(toStore, () => {
    const board = live.store.board;
    const before = last.current;
    if (before !== null && before.board === board && before.by === part) return before.part;
    const found = part(board);
    const kept = before !== null && same(before.part, found) ? before.part : found;
    last.current = { board, part: kept, by: part };
    return kept;
  });
}

/** One visit; draws only when that one changes. */
export function useVisit(id: string): Visit | undefined {
  const subscribe = useCallback((listener: () => void) => live.store.subscribeTo(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => live.store.board?.visitById.get(id));
}

/** One technician; draws only when that one changes. */
export function useTechnician(id: string): Technician | undefined {
  const subscribe = useCallback((listener: () => void) => live.store.subscribeTo(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => live.store.board?.technicianById.get(id));
}

/** Whether what is seen is what is: `live`, or as old as the last answer. */
export function useLink(): Link {
  return useSyncExternalStore(live.subscribe, () => live.link);
}

/** Why there is no board; null: there is one, or it is coming. */
export function useTrouble(): Trouble | null {
  return useSyncExternalStore(live.subscribe, () => live.trouble);
}

/** Show a change before the server has agreed to it. The answer takes it back; its `settled` says that it stands. */
export function optimistic(change: Optimistic): Undo {
  return live.optimistic(change);
}

/** Show a change at once while the work is done; where it fails, the change is taken back and the error goes on. */
export async function optimistically<Result>(change: Optimistic, work: () => Promise<Result>): Promise<Result> {
  const undo = live.optimistic(change);
  try {
    const result = await work();
    undo.settled();
    return result;
  } catch (error) {
    undo();
    throw error;
  }
}
