/** What a shown proposal changes on the map: dashed where people drive now, solid where they would, and what moves. */

import { useMemo } from "react";
import type { Board } from "../../live";
import { type PlanDocument, usePlan, usePlanRoutes } from "../../plans";
import type { Leg } from "./marks";
import { legsOf } from "./use-routes";

export interface Ghosts {
  readonly plan: PlanDocument | undefined;
  /** Whose routes change. */
  readonly technicians: ReadonlySet<string>;
  readonly old: readonly Leg[];
  readonly new: readonly Leg[];
  /** Visits that somebody notices to have moved. */
  readonly moved: ReadonlySet<string>;
}

const NONE: Ghosts = { plan: undefined, technicians: new Set(), old: [], new: [], moved: new Set() };

export function useGhosts(id: string | null, board: Board | undefined, legs: ReadonlyMap<string, readonly Leg[]>): Ghosts {
  const plan = usePlan(id).data;
  const drawing = usePlanRoutes(id).data;
  const shifts = useMemo(() => new Set(board?.technicians.flatMap((one) => one.shifts.map((shift) => shift.id))), [board]);
  return useMemo(() => {
    if (plan === undefined || id === null) return NONE;
    const { difference } = plan;
    const changed = difference.clusters.flatMap((one) => one.shifts).filter(([, shift]) => shifts.has(shift));
    const technicians = new Set(changed.map(([technician]) => technician));
    const theirs = new Set(changed.map(([, shift]) => shift));
    const planned = drawing === undefined ? new Map<string, Leg[]>() : legsOf(drawing, theirs);
    const old = [...technicians].flatMap((one) => (legs.get(one) ?? []).filter((leg) => theirs.has(leg.shift)));
    const moved = new Set(difference.visits.filter((one) => one.kind !== "shifted").map((one) => one.visit));
    return { plan, technicians, old, new: [...planned.values()].flat(), moved };
  }, [plan, id, drawing, shifts, legs]);
}
