/** The life of a visit, by the server's own table (lifecycle.json is made of it: python -m tests.web.life_of_a_visit). */

import type { Instants, Status } from "./documents";
import TABLE from "./lifecycle.json";

type ByAction<Value> = Readonly<Partial<Record<string, Value>>>;

const STEPS = TABLE.steps as Readonly<Partial<Record<Status, ByAction<Status>>>>;
const SETS = TABLE.sets as ByAction<keyof Instants>;
const CLEARS = TABLE.clears as ByAction<readonly (keyof Instants)[]>;
const FINAL: ReadonlySet<string> = new Set(TABLE.final);

/** Where the action leads; null: it cannot be done to such a visit. */
export function advance(status: Status, action: string): Status | null {
  return STEPS[status]?.[action] ?? null;
}

/** What may be done now. */
export function actionsOf(status: Status): readonly string[] {
  return Object.keys(STEPS[status] ?? {});
}

/** Whether the action is a step of a visit's life at all. */
export function isStep(action: string): boolean {
  return Object.values(STEPS).some((by) => by?.[action] !== undefined);
}

/** The instants once the action has happened. */
export function instantsAfter(instants: Instants, action: string, at: string): Instants {
  const changed: { -readonly [Name in keyof Instants]: Instants[Name] } = { ...instants, paused_at: null };
  for (const cleared of CLEARS[action] ?? []) changed[cleared] = null;
  const set = SETS[action];
  if (set !== undefined) changed[set] = at;
  if (action === "depart") changed.accepted_at ??= at;
  if (action === "resume") changed.started_at ??= at;
  return changed;
}

export function isFinal(status: Status): boolean {
  return FINAL.has(status);
}
