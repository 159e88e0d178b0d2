/** What the server found wrong with a scenario, by the part of the form that it belongs to. */

import { Refused } from "../../request";

export interface Wrong {
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
}

export function wrongOf(error: unknown): readonly Wrong[] {
  if (!(error instanceof Refused) || !Array.isArray(error.problem.errors)) return [];
  return (error.problem.errors as Record<string, unknown>[]).map((one) => ({
    place: String(one.place ?? ""),
    problem: String(one.problem ?? ""),
    remedy: String(one.remedy ?? ""),
  }));
}

/** Those at a place or within it: `changes[1]` has `changes[1].technicians[0]`, and not `changes[10]`. */
export function within(wrong: readonly Wrong[], place: string): readonly Wrong[] {
  return wrong.filter((one) => one.place === place || one.place.startsWith(`${place}.`) || one.place.startsWith(`${place}[`));
}

export function sentence({ problem, remedy }: Wrong): string {
  const said = `${problem.slice(0, 1).toUpperCase()}${problem.slice(1)}`;
  return remedy === "" ? said : `${said}: ${remedy}`;
}
