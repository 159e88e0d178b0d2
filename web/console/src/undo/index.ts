/** What was done last can be undone, until it cannot any more; then it says why. */

import { useSyncExternalStore } from "react";

export interface Done {
  /** What was done, as a short sentence in the reader's language: it is said again when it is undone. */
  readonly title: string;
  /** Make it undone. Throws where it cannot be any more; the reason is shown. */
  readonly undo: () => Promise<void>;
}

const MOST = 50;
let stack: readonly Done[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Done[]): void {
  stack = next;
  for (const listener of listeners) listener();
}

/** Something was done that can be undone. */
export function did(done: Done): void {
  set([...stack, done].slice(-MOST));
}

/** What would be undone next; null: nothing. */
export function useLastDone(): Done | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => stack.at(-1) ?? null,
  );
}

/**
 * Undo what was done last; the answer is what was undone, null where there was nothing. What can not be undone any
 * more is not tried twice, and the error goes on.
 */
export async function undoLast(): Promise<Done | null> {
  const done = stack.at(-1);
  if (done === undefined) return null;
  set(stack.slice(0, -1));
  await done.undo();
  return done;
}

/** Somebody else is signed in now: what another did is not theirs to undo. */
export function forgetDone(): void {
  set([]);
}
