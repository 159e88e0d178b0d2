/** What was typed and not saved yet. It stays while one looks at something else, until it is saved or given up. */

import { useSyncExternalStore } from "react";
import { merged, same, type Values, valuesOf } from "./values";

export interface Draft {
  /** The row that the form began with; null for something new. */
  readonly base: object | null;
  readonly values: Values;
}

let drafts: ReadonlyMap<string, Draft> = new Map();
const listeners = new Set<() => void>();

function set(next: ReadonlyMap<string, Draft>): void {
  drafts = next;
  for (const listener of listeners) listener();
}

/** The key of something new, where it is made at an address. */
export function newAt(path: string, made = ""): string {
  return `${path}/new ${made}`;
}

export function keepDraft(key: string, draft: Draft): void {
  set(new Map(drafts).set(key, draft));
}

export function dropDraft(key: string): void {
  if (!drafts.has(key)) return;
  const next = new Map(drafts);
  next.delete(key);
  set(next);
}

/**
 * What was sent of a draft is saved, as `row`. What was typed since is not: it stays as a draft of the row, whose key is `at`.
 */
export function savedDraft(key: string, sent: Values, row: object, at: string): void {
  const now = draftOf(key);
  dropDraft(key);
  if (now === undefined || same(now.values, sent)) return;
  const saved = valuesOf(row, Object.keys(now.values));
  keepDraft(at, { base: row, values: merged(sent, now.values, saved).values });
}

/** Give everything up, as where somebody else sits down here. */
export function dropDrafts(): void {
  set(new Map());
}

export function draftOf(key: string): Draft | undefined {
  return drafts.get(key);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDraft(key: string): Draft | undefined {
  return useSyncExternalStore(subscribe, () => drafts.get(key));
}

/** The keys of all drafts: they are marked in lists, and leaving the page asks first. */
export function useDraftKeys(): ReadonlyMap<string, Draft> {
  return useSyncExternalStore(subscribe, () => drafts);
}

addEventListener("beforeunload", (event) => {
  if (drafts.size > 0) event.preventDefault();
});
