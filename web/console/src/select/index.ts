/** One selection, one hover, one filter, one shown proposal for everything on the board. */

import { useCallback, useSyncExternalStore } from "react";
import { operationNow, type Technician, type Visit } from "../live";
import { EVERYTHING, type Filter, technicianMatches as technicianIn, visitMatches as visitIn } from "./filter";
import { Cell } from "./store";

export { EVERYTHING, type Filter, folded, isEverything } from "./filter";

export interface Selected {
  readonly kind: "visit" | "technician" | "job" | "plan" | "customer";
  readonly id: string;
}

const NOTHING: readonly Selected[] = [];
const selection = new Cell<readonly Selected[]>(NOTHING);
const hovered = new Cell<string | null>(null);
const filter = new Cell<Filter>(EVERYTHING);
const proposal = new Cell<string | null>(null);

/** What is selected; the last is what was selected last, and whose detail is shown. */
export function useSelection(): readonly Selected[] {
  return useSyncExternalStore(selection.subscribe, selection.get);
}

export function selectionNow(): readonly Selected[] {
  return selection.get();
}

/** Select one thing or several, instead of what was; `add`: besides, or no more where it was already. `null`: nothing. */
export function select(what: Selected | readonly Selected[] | null, { add = false }: { readonly add?: boolean } = {}): void {
  const chosen = what === null ? NOTHING : Array.isArray(what) ? (what as readonly Selected[]) : [what as Selected];
  const before = selection.get();
  if (!add) {
    const same = chosen.length === before.length && chosen.every((one, index) => is(one, before[index]));
    if (!same) selection.set(chosen);
    return;
  }
  const kept = before.filter((one) => !chosen.some((other) => is(one, other)));
  const all = kept.length === before.length - chosen.length && chosen.length > 0;
  selection.set(all ? kept : [...kept, ...chosen]);
}

function is(one: Selected, other: Selected | undefined): boolean {
  return other !== undefined && one.kind === other.kind && one.id === other.id;
}

/** Whether one thing is selected; draws only when that changes. */
export function useIsSelected(kind: Selected["kind"], id: string): boolean {
  const found = useCallback(() => selection.get().some((one) => one.kind === kind && one.id === id), [kind, id]);
  return useSyncExternalStore(selection.subscribe, found);
}

/** The id of the visit or technician that is pointed at. */
export function useHover(): string | null {
  return useSyncExternalStore(hovered.subscribe, hovered.get);
}

export function useIsHovered(id: string): boolean {
  const found = useCallback(() => hovered.get() === id, [id]);
  return useSyncExternalStore(hovered.subscribe, found);
}

export function hover(id: string | null): void {
  hovered.set(id);
}

export function useFilter(): Filter {
  return useSyncExternalStore(filter.subscribe, filter.get);
}

export function filterNow(): Filter {
  return filter.get();
}

export function setFilter(next: Partial<Filter>): void {
  filter.set({ ...filter.get(), ...next });
}

/** Whether a visit is looked at, by the filter that is set or by another one. */
export function matches(visit: Visit, by: Filter = filter.get()): boolean {
  return visitIn(visit, by, operationNow());
}

export function technicianMatches(technician: Technician, by: Filter = filter.get()): boolean {
  return technicianIn(technician, by);
}

/** The draft whose changes the timeline and the map show as ghosts; null: none. */
export function useShownProposal(): string | null {
  return useSyncExternalStore(proposal.subscribe, proposal.get);
}

export function showProposal(plan: string | null): void {
  proposal.set(plan);
}

export { deleteView, saveView, type SavedView, useReadViewsAgain, useViews } from "./views";
