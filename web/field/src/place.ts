/** Which screen is shown: in the address's fragment, so that the phone's own way back leads back. */

import { useSyncExternalStore } from "react";

export type Tab = "today" | "map" | "outbox" | "me";
export const TABS: readonly Tab[] = ["today", "map", "outbox", "me"];

export interface Place {
  readonly tab: Tab;
  /** A visit's page over the tab; null: none. */
  readonly visit: string | null;
  /** The time sheet over "Me". */
  readonly timeSheet: boolean;
}

function read(): string {
  return location.hash;
}

function watch(watcher: () => void): () => void {
  addEventListener("hashchange", watcher);
  return () => removeEventListener("hashchange", watcher);
}

/** `#/TAB`, `#/TAB/visit/ID` or `#/me/time-sheet`; anything else is today. */
export function placeOf(hash: string): Place {
  const [, tab = "", kind = "", id = ""] = hash.split("/");
  const known = TABS.find((one) => one === tab) ?? "today";
  return {
    tab: known,
    visit: kind === "visit" && id !== "" ? decodeURIComponent(id) : null,
    timeSheet: known === "me" && kind === "time-sheet",
  };
}

export function usePlace(): Place {
  return placeOf(useSyncExternalStore(watch, read));
}

export function goTo(tab: Tab): void {
  location.hash = `#/${tab}`;
}

export function openVisit(visit: string, tab: Tab = "today"): void {
  location.hash = `#/${tab}/visit/${encodeURIComponent(visit)}`;
}

export function openTimeSheet(): void {
  location.hash = "#/me/time-sheet";
}
