/** Light, dark, or as the phone says: by day one reads in the sun, at night in a cellar. */

import { showTheme, type Theme } from "@fieldwright/shared/theme";
import { useSyncExternalStore } from "react";

export type Look = Theme | "auto";
export const LOOKS: readonly Look[] = ["auto", "light", "dark"];

const KEPT = "fieldwright.theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set<() => void>();

export function look(): Look {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function themeNow(): Theme {
  const chosen = look();
  if (chosen !== "auto") return chosen;
  return DARK.matches ? "dark" : "light";
}

export function choose(chosen: Look): void {
  if (chosen === "auto") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, chosen);
  show();
}

/** Show it, now and whenever the phone changes its mind. */
export function followLook(): void {
  show();
  DARK.addEventListener("change", show);
}

function show(): void {
  showTheme(themeNow());
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export function useLook(): Look {
  return useSyncExternalStore(watch, look);
}

export function useTheme(): Theme {
  return useSyncExternalStore(watch, themeNow);
}
