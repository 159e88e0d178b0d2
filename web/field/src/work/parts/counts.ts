/** Which parts one can tap, and how many of each there are. */

import type { MeDocument, Quantity, VisitDocument } from "../../day/documents";

export interface Offered {
  readonly part: string;
  /** How many this visit was thought to need; 0: none. */
  readonly taken: number;
  /** How many were used here. */
  readonly used: number;
  /** How many should still be on the van; null: it carries none of it. */
  readonly left: number | null;
}

/** What this visit needs and has used first, then what else is on the van. */
export function offered(visit: VisitDocument, me: MeDocument | null): readonly Offered[] {
  const van = new Map((me?.van ?? []).map((one) => [one.part, one.quantity]));
  const names = new Set([...visit.parts, ...visit.used].map((one) => one.part));
  for (const [part, quantity] of van) if (quantity > 0) names.add(part);
  return [...names].map((part) => ({
    part,
    taken: total(visit.parts, part),
    used: total(visit.used, part),
    left: van.get(part) ?? null,
  }));
}

/** All names that can be asked for, those of the van first, each once. */
export function known(me: MeDocument | null): readonly string[] {
  return [...new Set([...(me?.van ?? []).map((one) => one.part), ...(me?.parts_known ?? [])])];
}

function total(quantities: readonly Quantity[], part: string): number {
  return quantities.filter((one) => one.part === part).reduce((sum, one) => sum + one.quantity, 0);
}
