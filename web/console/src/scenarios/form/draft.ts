/** What is being written: kept in this tab, so that loading the page anew, or a session that ends, loses nothing. */

import type { Asks, Scenario } from "../document";

const KEPT = "fieldwright.scenario";

export interface Draft {
  readonly document: Readonly<Record<string, unknown>>;
  /** The file that it was read from. */
  readonly file: string | null;
  /** What was asked; a file does not say. */
  readonly asks?: Asks;
}

export function keepDraft(document: Readonly<Record<string, unknown>> | Scenario, file: string | null = null, asks?: Asks): void {
  sessionStorage.setItem(KEPT, JSON.stringify({ document, file, asks }));
}

export function keptDraft(): Draft | null {
  const kept = sessionStorage.getItem(KEPT);
  return kept === null ? null : (JSON.parse(kept) as Draft);
}

export function forgetDraft(): void {
  sessionStorage.removeItem(KEPT);
}
