/** Which visits stand in which list, and in what order: the most pressing first. */

import { type Board, isAtRisk, isDone, isUnassigned, isUnderWay, type Visit } from "../../live";

export type Stage = "all" | "under-way" | "planned" | "done";

export interface Lists {
  readonly unassigned: readonly Visit[];
  readonly atRisk: readonly Visit[];
  readonly day: readonly Visit[];
}

const RANK: Readonly<Record<string, number>> = { critical: 0, high: 1, normal: 2, low: 3 };

export function listsOf(board: Board, passes: (visit: Visit) => boolean): Lists {
  const unassigned: Visit[] = [];
  const atRisk: Visit[] = [];
  const day: Visit[] = [];
  for (const visit of board.visits) {
    if (!passes(visit)) continue;
    if (isUnassigned(visit)) {
      unassigned.push(visit);
      continue;
    }
    if (isAtRisk(visit)) atRisk.push(visit);
    day.push(visit);
  }
  const urgency = new Map(unassigned.map((visit) => [visit.id, dueOf(visit) ?? Infinity]));
  unassigned.sort((one, other) => rank(one) - rank(other) || (urgency.get(one.id) ?? 0) - (urgency.get(other.id) ?? 0) || byNumber(one, other));
  atRisk.sort((one, other) => lateness(other) - lateness(one) || byNumber(one, other));
  const starts = new Map(day.map((visit) => [visit.id, startOf(visit)]));
  day.sort((one, other) => (starts.get(one.id) ?? 0) - (starts.get(other.id) ?? 0) || byNumber(one, other));
  return { unassigned, atRisk, day };
}

export function stageOf(visit: Visit): Exclude<Stage, "all"> {
  if (isDone(visit)) return "done";
  return isUnderWay(visit) ? "under-way" : "planned";
}

/** When the promise that is due first is due, of those whose clock still runs; null: nothing was promised. */
export function nextPromise(visit: Visit): Visit["promises"][number] | null {
  let next: Visit["promises"][number] | null = null;
  for (const promise of visit.promises) {
    if (promise.state === "running" && (next === null || promise.due < next.due)) next = promise;
  }
  return next;
}

function dueOf(visit: Visit): number | null {
  const promise = nextPromise(visit);
  return promise === null ? null : Date.parse(promise.due);
}

function rank({ priority }: Visit): number {
  return RANK[priority] ?? 2;
}

function lateness({ jeopardy, late_by }: Visit): number {
  return Math.max(jeopardy?.late_by ?? 0, late_by);
}

export function startOf({ actual, planned }: Visit): number {
  const began = actual.started_at ?? actual.arrived_at;
  if (began !== null) return Date.parse(began);
  const [first] = planned;
  return first === undefined ? Infinity : Date.parse(first.start);
}

function byNumber(one: Visit, other: Visit): number {
  return one.number < other.number ? -1 : one.number > other.number ? 1 : 0;
}
