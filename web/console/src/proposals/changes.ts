/** A difference visit by visit: from where to where, and why. */

import { isKept, isMissed, nameIn, type Cluster, type Kind, type Place, type PlanDocument, type PromiseChange } from "../plans";

export type Why =
  | { readonly kind: "placed" | "left-out" }
  | { readonly kind: "kept" | "missed"; readonly promise: PromiseChange["promise"]; readonly late: number | null }
  | { readonly kind: "sooner" | "later"; readonly late: number }
  | { readonly kind: "group"; readonly gain: number; readonly mended: number };

export interface End {
  readonly people: string;
  readonly start: string;
}

export interface Row {
  readonly visit: string;
  readonly number: string;
  readonly kind: Kind;
  readonly before: End | null;
  readonly after: End | null;
  /** By how many minutes it starts later; null: it stands only in one of the plans. */
  readonly minutes: number | null;
  readonly cluster: string | null;
  readonly why: readonly Why[];
}

/** What matters most first: who gets or loses a place, then who goes to somebody else, then what moves in time. */
const ORDER: readonly Kind[] = ["assigned", "unassigned", "reassigned", "moved", "shifted"];

export function rowsOf(plan: PlanDocument): Row[] {
  const { visits, clusters, promises } = plan.difference;
  const groups = new Map(clusters.flatMap((cluster) => cluster.visits.map((visit) => [visit, cluster] as const)));
  const promised = new Map<string, PromiseChange[]>();
  for (const one of promises) promised.set(one.visit, [...(promised.get(one.visit) ?? []), one]);
  const rows = visits.map((change): Row => {
    const cluster = groups.get(change.visit);
    return {
      visit: change.visit,
      number: nameIn(plan, change.visit),
      kind: change.kind,
      before: endOf(plan, change.before),
      after: endOf(plan, change.after),
      minutes: later(change.before, change.after),
      cluster: cluster?.id ?? null,
      why: whyOf(change.kind, promised.get(change.visit) ?? [], cluster),
    };
  });
  return rows.sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || startOf(one).localeCompare(startOf(other)));
}

function endOf(plan: PlanDocument, place: Place | null): End | null {
  return place === null ? null : { people: place.technicians.map((one) => nameIn(plan, one)).join(", "), start: place.start };
}

function later(before: Place | null, after: Place | null): number | null {
  if (before === null || after === null) return null;
  return Math.round((Date.parse(after.start) - Date.parse(before.start)) / 60_000);
}

function startOf({ before, after }: Row): string {
  return after?.start ?? before?.start ?? "";
}

/** Its own promises first; where they say nothing, what the group of changes is good for that it belongs to. */
function whyOf(kind: Kind, promises: readonly PromiseChange[], cluster: Cluster | undefined): Why[] {
  const found: Why[] = [];
  if (kind === "assigned") found.push({ kind: "placed" });
  if (kind === "unassigned") found.push({ kind: "left-out" });
  for (const one of promises) {
    if (isKept(one)) found.push({ kind: "kept", promise: one.promise, late: one.late_before });
    else if (isMissed(one)) found.push({ kind: "missed", promise: one.promise, late: one.late_after });
    else if (one.late_before !== null && one.late_after !== null) {
      const sooner = one.late_before - one.late_after;
      if (sooner !== 0) found.push({ kind: sooner > 0 ? "sooner" : "later", late: Math.abs(sooner) });
    }
  }
  if (found.length === 0 && cluster !== undefined) found.push({ kind: "group", gain: cluster.gain, mended: cluster.mended });
  return found;
}
