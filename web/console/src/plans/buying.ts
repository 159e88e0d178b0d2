/** What a proposal, or a part of it, buys: in seconds, promises and money. */

import type { Cluster, Difference, PromiseChange } from "./document";

/** Seconds saved are positive, so that more is better everywhere but in `missed` and `leftOut`. */
export interface Bought {
  readonly travel: number;
  readonly overtime: number;
  readonly lateness: number;
  /** Promises that are kept and would have been missed, and the other way round. */
  readonly kept: number;
  readonly missed: number;
  /** Visits that get a place, and that lose it. */
  readonly placed: number;
  readonly leftOut: number;
  readonly gain: number;
  /** Broken musts that hold again. */
  readonly mended: number;
  /** Visits that somebody notices who knew the plan before. */
  readonly touched: number;
  readonly people: number;
  /** Whether driving and overtime can be told: not where somebody's day is in a part that is taken and in one that is not. */
  readonly known: boolean;
}

/** What is bought by these clusters; left out: by all of it. */
export function bought(difference: Difference, chosen?: ReadonlySet<string>): Bought {
  const taken = difference.clusters.filter((one) => chosen === undefined || chosen.has(one.id));
  const whole = taken.length === difference.clusters.length;
  const visits = new Set(taken.flatMap((one) => one.visits));
  const counts = (visit: string): boolean => whole || visits.has(visit);
  const others = difference.clusters.filter((one) => !taken.includes(one));
  const theirs = peopleOf(taken);
  const elsewhere = peopleOf(others);
  const loads = Object.entries(difference.technicians).filter(([id]) => whole || theirs.has(id));
  const promises = difference.promises.filter((one) => counts(one.visit));
  const changes = difference.visits.filter((one) => counts(one.visit));
  const sum = (of: (cluster: Cluster) => number): number => taken.reduce((total, one) => total + of(one), 0);
  return {
    travel: loads.reduce((total, [, { before, after }]) => total + before.travel - after.travel, 0),
    overtime: loads.reduce((total, [, { before, after }]) => total + before.overtime - after.overtime, 0),
    lateness: promises.reduce((total, one) => total + lateSaved(one), 0),
    kept: promises.filter(isKept).length,
    missed: promises.filter(isMissed).length,
    placed: changes.filter((one) => one.kind === "assigned").length,
    leftOut: changes.filter((one) => one.kind === "unassigned").length,
    gain: whole ? difference.gain : sum((one) => one.gain),
    mended: whole ? difference.broken[0] - difference.broken[1] : sum((one) => one.mended),
    touched: whole ? difference.touched : sum((one) => one.touched),
    people: whole ? Object.keys(difference.technicians).length : theirs.size,
    known: whole || loads.every(([id]) => !elsewhere.has(id)),
  };
}

/** Only where both plans have a place for it: what nobody does is not late, it is not done. */
function lateSaved({ late_before: before, late_after: after }: PromiseChange): number {
  return before === null || after === null ? 0 : before - after;
}

export function isKept({ late_before, late_after }: PromiseChange): boolean {
  return late_after === 0 && late_before !== 0;
}

export function isMissed({ late_before, late_after }: PromiseChange): boolean {
  return late_before === 0 && late_after !== 0;
}

export function peopleOf(clusters: readonly Cluster[]): Set<string> {
  return new Set(clusters.flatMap((one) => one.shifts.map(([technician]) => technician)));
}
