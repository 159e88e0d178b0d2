/** What is known of how good a plan is, and what it takes to find it again. */

import type { PlanDocument } from "./document";

export interface Certificate {
  /** No plan costs less; null: nobody knows. */
  readonly bound: number | null;
  /** At most so much worse than the best plan, as a share of its cost; null where no bound is known. */
  readonly gap: number | null;
  readonly seed: number | null;
  readonly policy: string | null;
  readonly seconds: number | null;
  readonly iterations: number | null;
  readonly edition: number | null;
}

/** As the server states it; a plan that nobody searched for has none. */
export function certificateOf(plan: PlanDocument): Certificate | null {
  const stated = (plan as { readonly certificate?: Partial<Certificate> | null }).certificate;
  if (stated === null || stated === undefined) return null;
  return { bound: null, gap: null, seed: null, policy: null, seconds: null, iterations: null, edition: null, ...stated };
}
