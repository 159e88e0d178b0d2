/** What the server says of a plan, in the shapes in which it keeps a difference: see dispatch/planning/difference.py. */

import type { Shape } from "@fieldwright/shared/api";

export type Kind = "assigned" | "unassigned" | "reassigned" | "moved" | "shifted";

export interface Place {
  readonly technicians: readonly string[];
  readonly shifts: readonly string[];
  readonly position: number;
  readonly start: string;
  readonly end: string;
}

export interface VisitChange {
  readonly visit: string;
  readonly kind: Kind;
  readonly before: Place | null;
  readonly after: Place | null;
}

/** What somebody's routes amount to, durations in seconds. */
export interface Load {
  readonly visits: readonly string[];
  readonly travel: number;
  readonly overtime: number;
  readonly finish: string | null;
}

/** A promise whose lateness (seconds) is not the same; null: the visit has no place. */
export interface PromiseChange {
  readonly visit: string;
  readonly promise: "arrive_by" | "complete_by";
  readonly late_before: number | null;
  readonly late_after: number | null;
  readonly kept: boolean;
}

/** Changes that stand or fall together. `shifts` are pairs of technician and shift. */
export interface Cluster {
  readonly id: string;
  readonly shifts: readonly (readonly [string, string])[];
  readonly visits: readonly string[];
  readonly gain: number;
  readonly mended: number;
  readonly touched: number;
  readonly new: number;
}

/** One place of the slider. */
export interface Setting {
  readonly touched: number;
  readonly mended: number;
  readonly gain: number;
  readonly clusters: readonly string[];
}

export interface Difference {
  readonly gain: number;
  readonly touched: number;
  readonly new: number;
  readonly broken: readonly [number, number];
  readonly terms: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
  readonly visits: readonly VisitChange[];
  readonly technicians: Readonly<Record<string, { readonly before: Load; readonly after: Load }>>;
  readonly promises: readonly PromiseChange[];
  readonly sentences: readonly string[];
  readonly clusters: readonly Cluster[];
  readonly curve: readonly Setting[];
  readonly complaints: readonly string[];
}

export interface Reason {
  readonly amount: number;
  readonly because: string;
  readonly visit: string | null;
  readonly technician: string | null;
}

export interface Line {
  readonly rule: string;
  readonly level: "hard" | "soft";
  readonly weight: number;
  readonly cost: number;
  readonly reasons: number;
  readonly because: readonly Reason[];
}

export interface Scorecard {
  readonly total: number;
  readonly broken: number;
  readonly cost: Readonly<Record<string, number>>;
  readonly lines: readonly Line[];
}

type Answered = Shape<"PlanShape">;

/** A plan with what it would change. */
export interface PlanDocument extends Omit<Answered, "difference" | "scorecard"> {
  readonly difference: Difference;
  readonly scorecard: Scorecard;
}

const NOTHING: Difference = {
  gain: 0,
  touched: 0,
  new: 0,
  broken: [0, 0],
  terms: {},
  visits: [],
  technicians: {},
  promises: [],
  sentences: [],
  clusters: [],
  curve: [],
  complaints: [],
};

/** The plan as it was answered; the very first one has no difference. */
export function planDocument(answered: Answered): PlanDocument {
  const difference = { ...NOTHING, ...(answered.difference as Partial<Difference>) };
  const cost = { total: 0, broken: 0, cost: {}, lines: [], ...(answered.scorecard as Partial<Scorecard>) };
  return { ...answered, difference, scorecard: cost };
}

/** What people call a visit or a technician. */
export function nameIn(plan: { readonly snapshot: { readonly [key: string]: unknown } }, id: string): string {
  const names = plan.snapshot.names as Readonly<Record<string, string>> | undefined;
  return names?.[id] ?? id;
}
