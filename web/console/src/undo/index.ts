/**
 * What was done last can be undone, until it cannot any more; then it says why.
 *
 * The last that one request takes back is kept over a reload of the page, for whoever did it.
 */

import { useSyncExternalStore } from "react";
import { type Kept, takeBack } from "./taking-back";

export { takeBack, type Kept } from "./taking-back";

export interface Done {
  /** What was done, as a short sentence in the reader's language: it is said again when it is undone. */
  readonly title: string;
  /** Make it undone. Throws where it cannot be any more; the reason is shown. */
  readonly undo: () => Promise<void>;
  /** The request that does it, where one is enough. */
  readonly kept?: Kept;
}

const MOST = 50;
const KEY = "fieldwright.undo";
let stack: readonly Done[] = [];
let whose = "";
const listeners = new Set<() => void>();

function set(next: readonly Done[]): void {
  stack = next;
  remember(next.at(-1));
  for (const listener of listeners) listener();
}

function remember(last: Done | undefined): void {
  if (last?.kept === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify({ whose, title: last.title, kept: last.kept }));
}

/** Something was done that can be undone. */
export function did(done: Done): void {
  set([...stack, done].slice(-MOST));
}

/** Something was done that one request takes back. */
export function didRequest(title: string, kept: Kept): void {
  did({ title, kept, undo: () => takeBack(kept) });
}

/** A plan was published: what it moved can go back. */
export function didPublish(title: string, plan: string): void {
  didRequest(title, { method: "POST", path: `/api/v1/plans/${plan}/undo` });
}

/** This person is signed in: what they did last before the page was loaded anew can still be undone. */
export function recallDone(user: string): void {
  whose = user;
  const text = sessionStorage.getItem(KEY);
  if (text === null || stack.length > 0) return;
  const found = readable(text);
  if (found === null || found.whose !== user) sessionStorage.removeItem(KEY);
  else set([{ title: found.title, kept: found.kept, undo: () => takeBack(found.kept) }]);
}

interface Remembered {
  readonly whose: string;
  readonly title: string;
  readonly kept: Kept;
}

function readable(text: string): Remembered | null {
  try {
    const found = JSON.parse(text) as Partial<Remembered>;
    return typeof found.whose === "string" && typeof found.title === "string" && typeof found.kept?.path === "string" ? (found as Remembered) : null;
  } catch {
    return null; // another version of this page kept something that this one cannot read
  }
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
