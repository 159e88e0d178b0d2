/** What one can filter by, of what is on the board now. */

import { useMemo } from "react";
import { STATES } from "@fieldwright/shared/map/colours";
import { type Board, type State, useBoardPart } from "../live";

export const STATUS_CHOICES: readonly State[] = STATES;

export interface Facets {
  readonly territories: readonly { readonly id: string; readonly name: string }[];
  readonly skills: readonly string[];
  readonly customers: readonly { readonly id: string; readonly name: string }[];
}

const whole = (board: Board | undefined): Board | undefined => board;
const alike = (one: Board | undefined, other: Board | undefined): boolean => one?.day === other?.day && one?.visits.length === other?.visits.length && one?.edition === other?.edition;

export function useFacets(): Facets {
  const board = useBoardPart(whole, alike);
  return useMemo(() => {
    const skills = new Set<string>();
    const customers = new Map<string, string>();
    for (const visit of board?.visits ?? []) {
      for (const { skill } of visit.skills) skills.add(skill);
      customers.set(visit.customer.id, visit.customer.name);
    }
    return {
      territories: board?.territories ?? [],
      skills: [...skills].sort(),
      customers: [...customers].map(([id, name]) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name)),
    };
  }, [board]);
}
