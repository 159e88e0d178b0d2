/** What the server answers to trying, asking why, and comparing: see dispatch/planning/{trial,why,comparing}.py. */

/** One thing to do to a plan. */
export interface Edit {
  readonly visit: string;
  readonly technician?: string | null;
  readonly shift?: string | null;
  readonly position?: number | null;
  readonly role?: number;
  readonly unassign?: boolean;
  readonly pin?: Readonly<Record<string, unknown>> | null;
}

/** What a rule costs before and after: money, or broken places of a must. */
export interface RulePrice {
  readonly rule: string;
  readonly title: string;
  readonly level?: string;
  readonly before: number;
  readonly after: number;
  readonly change: number;
}

export interface Breach {
  readonly rule: string;
  readonly level: string;
  readonly sentence: string;
  readonly visits: readonly string[];
  readonly technicians: readonly string[];
  readonly new: boolean;
}

export interface Trial {
  readonly before: number;
  readonly after: number;
  readonly change: number;
  readonly by_rule: readonly RulePrice[];
  readonly broken: readonly Breach[];
  readonly may_publish: boolean;
  readonly may_force: boolean;
}

/** Somebody's best place for a visit. `change`: what it costs more than how it is; `broken`: the musts that it breaks. */
export interface Elsewhere {
  readonly technician: string;
  readonly name: string;
  readonly shift: string;
  readonly start: string;
  readonly end: string;
  readonly change: number;
  readonly by_rule: readonly RulePrice[];
  readonly broken: readonly string[];
  readonly sentence: string;
  readonly edits: readonly Edit[];
}

/** One thing that frees a visit that nobody has; it was tried. */
export interface Freeing {
  readonly kind: string;
  readonly what: string;
  readonly change: number;
  readonly verified: boolean;
  readonly apply: Readonly<Record<string, unknown>>;
}

/** Where a visit stands, and by rule what that costs against leaving it out. */
export interface Here {
  readonly technician: string;
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly change: number;
  readonly by_rule: readonly RulePrice[];
  readonly sentences: readonly string[];
}

export interface Why {
  readonly visit: string;
  readonly number: string;
  /** Of the plan that was looked at: what is done about it is done to that one or refused. */
  readonly edition: number | null;
  readonly here: Here | null;
  readonly elsewhere: readonly Elsewhere[];
  readonly free: readonly Freeing[];
}

interface Stand {
  readonly technicians: readonly string[];
  readonly start: string;
  readonly end: string;
}

/** What a technician's routes amount to, in seconds; `late`: by how much promises are missed on them. */
export interface DayLoad {
  readonly visits: number;
  readonly driving: number;
  readonly overtime: number;
  readonly late: number;
  readonly finish: string | null;
}

/** Saved where above zero, taken more where below. */
export interface Buys {
  readonly travel_seconds: number;
  readonly travel_metres: number;
  readonly overtime_seconds: number;
  readonly lateness_seconds: number;
  readonly promises_kept: number;
  readonly promises_missed: number;
  readonly unassigned: number;
  readonly money: number;
}

/** Two plans held against each other on the problem of the second. `exact`: it was made from the first. */
export interface Comparison {
  readonly exact: boolean;
  readonly left_out: number;
  readonly scorecards: Readonly<Record<"before" | "after", { readonly total: number; readonly broken: number }>>;
  readonly by_rule: readonly RulePrice[];
  readonly moved: readonly {
    readonly visit: string;
    readonly number: string;
    readonly kind: string;
    readonly before: Stand | null;
    readonly after: Stand | null;
  }[];
  readonly technicians: readonly { readonly technician: string; readonly name: string; readonly before: DayLoad; readonly after: DayLoad }[];
  readonly sentences: readonly string[];
  readonly buys: Buys;
}
