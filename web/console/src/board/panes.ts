/** Which parts of the board are open, and how wide: remembered on this machine. */

import { useSyncExternalStore } from "react";

export type Pane = "lists" | "map" | "detail";

interface Panes {
  readonly lists: boolean;
  readonly map: boolean;
  /** Open while something is selected. */
  readonly detail: boolean;
  /** Percentages by group and part. */
  readonly sizes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const KEPT = "fieldwright.panes";
const FIRST: Panes = { lists: true, map: true, detail: true, sizes: {} };
const listeners = new Set<() => void>();
let panes: Panes = kept();

function kept(): Panes {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Panes>;
    return { ...FIRST, ...found, sizes: found.sizes ?? {} };
  } catch {
    return FIRST;
  }
}

export function setPanes(next: Partial<Panes>): void {
  panes = { ...panes, ...next };
  localStorage.setItem(KEPT, JSON.stringify(panes));
  for (const listener of listeners) listener();
}

export function panesNow(): Panes {
  return panes;
}

export function togglePane(pane: Pane): void {
  setPanes({ [pane]: !panes[pane] });
}

/** Sizes are kept without drawing anything again: the parts have them already. */
export function keepSizes(group: string, sizes: Readonly<Record<string, number>>): void {
  panes = { ...panes, sizes: { ...panes.sizes, [group]: sizes } };
  localStorage.setItem(KEPT, JSON.stringify(panes));
}

export function usePanes(): Panes {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => panes,
  );
}

export function resetPanes(): void {
  setPanes(FIRST);
}
