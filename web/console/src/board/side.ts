/** Which side of the detail is shown, and on a small screen which part of the board: asked for from anywhere on it. */

import { useSyncExternalStore } from "react";
import { setPanes } from "./panes";

export type Side = "what" | "why" | "talk";
export type Part = "lists" | "timeline" | "map" | "detail";

interface Shown {
  readonly side: Side;
  /** On a small screen, where there is room for one. */
  readonly part: Part;
}

let shown: Shown = { side: "what", part: "lists" };
const listeners = new Set<() => void>();

export function show(next: Partial<Shown>): void {
  shown = { ...shown, ...next };
  for (const listener of listeners) listener();
}

export function useShown(): Shown {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

/** Open the detail of what is selected, on one of its sides, and go there. */
export function openDetail(side: Side = "what"): void {
  setPanes({ detail: true });
  show({ side, part: "detail" });
  requestAnimationFrame(() => document.getElementById("board-detail")?.focus());
}
