/** What colour and shape a visit has: one state for timeline, map and lists. */

import type { State } from "@fieldwright/shared/map/colours";
import type { Visit, VisitStatus } from "./types";

export type { State } from "@fieldwright/shared/map/colours";

const DONE: ReadonlySet<VisitStatus> = new Set(["completed", "incomplete", "no_show", "cancelled"]);
const UNDER_WAY: ReadonlySet<VisitStatus> = new Set(["en_route", "on_site", "working", "paused"]);

export function isDone({ status }: Visit): boolean {
  return DONE.has(status);
}

export function isUnderWay({ status }: Visit): boolean {
  return UNDER_WAY.has(status);
}

/** Nobody has it, and it is still to be done. */
export function isUnassigned(visit: Visit): boolean {
  return visit.status === "open" && visit.planned.length === 0;
}

/** The plan in force misses a promise of it, or it is late. */
export function isAtRisk(visit: Visit): boolean {
  return !isDone(visit) && (visit.jeopardy !== null || visit.late_by > 0);
}

/** `broken`: a promise has been missed already; `at-risk`: it will be, if nothing is done. */
export function stateOf(visit: Visit, now: number): State {
  if (isDone(visit)) return "done";
  if (isUnassigned(visit)) return "unassigned";
  if (isAtRisk(visit)) {
    const due = visit.jeopardy?.due == null ? null : Date.parse(visit.jeopardy.due);
    return due !== null && due < now ? "broken" : "at-risk";
  }
  return isUnderWay(visit) ? "under-way" : "planned";
}
