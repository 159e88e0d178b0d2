/** Which groups of a proposal somebody has chosen; the choice outlives an edit of the proposal by somebody else. */

import type { Cluster } from "../plans";

/** The groups of the draft as it is now that consist of nothing but what was chosen before. */
export function carriedOver(before: readonly Cluster[], chosen: ReadonlySet<string>, now: readonly Cluster[]): Set<string> {
  const all = before.every((one) => chosen.has(one.id));
  if (all) return new Set(now.map((one) => one.id));
  const visits = new Set(before.filter((one) => chosen.has(one.id)).flatMap((one) => one.visits));
  return new Set(now.filter((one) => one.visits.length > 0 && one.visits.every((visit) => visits.has(visit))).map((one) => one.id));
}

/** What the server is told: nothing where all of it is approved. */
export function approvedClusters(clusters: readonly Cluster[], chosen: ReadonlySet<string>): string[] | null {
  const taken = clusters.filter((one) => chosen.has(one.id)).map((one) => one.id);
  return taken.length === clusters.length ? null : taken;
}
