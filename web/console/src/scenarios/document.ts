/** A scenario as its file has it (docs/reference/scenarios.md), as far as the form writes it. What the form does not know is kept. */

export type Priority = "critical" | "high" | "normal" | "low";
export const PRIORITIES: readonly Priority[] = ["critical", "high", "normal", "low"];

export type Situation =
  | { readonly kind: "generated"; readonly seed?: number; readonly technicians?: number; readonly jobs_per_day?: number; readonly digest?: string }
  | { readonly kind: "sample-city"; readonly seed?: number; readonly jobs_per_day?: number; readonly digest?: string }
  | { readonly kind: "taken"; readonly file: string; readonly digest: string };

export type Agent = "first_come" | "nearest" | "morning" | "rolling" | "live";

export interface Dispatching {
  readonly agent: Agent;
  readonly iterations?: number;
  readonly every_minutes?: number;
  readonly answers_after?: number;
  readonly policy?: Readonly<Record<string, unknown>>;
}

export type Change =
  | { readonly kind: "demand"; readonly factor: number; readonly territory?: string; readonly skill?: string; readonly priority?: Priority }
  | { readonly kind: "leave"; readonly technicians: readonly string[] }
  | { readonly kind: "hire"; readonly like: string; readonly count: number }
  | { readonly kind: "train"; readonly technicians: readonly string[]; readonly skill: string; readonly level: number }
  | { readonly kind: "move-shifts"; readonly minutes: number; readonly technicians?: readonly string[] }
  | { readonly kind: "overtime"; readonly minutes: number; readonly technicians?: readonly string[] }
  | { readonly kind: "promise"; readonly priority: Priority; readonly on_site_hours?: number; readonly resolve_hours?: number }
  | { readonly kind: "travel"; readonly factor: number }
  | { readonly kind: "dispatch"; readonly dispatch: Dispatching };

export type Kind = Change["kind"];
export const KINDS: readonly Kind[] = ["hire", "leave", "train", "demand", "move-shifts", "overtime", "promise", "travel", "dispatch"];

export const RULES = ["may_fall_by", "may_rise_by", "at_least", "at_most"] as const;
export type Rule = (typeof RULES)[number];
export type Condition = { readonly kpi: string; readonly sure?: boolean } & { readonly [rule in Rule]?: number };

export interface Scenario {
  readonly format: "fieldwright scenario 1";
  readonly title: string;
  readonly question: string;
  readonly situation: Situation;
  readonly horizon: { readonly first: string; readonly days: number; readonly warm_up: number };
  readonly dispatch: Dispatching;
  readonly changes: readonly Change[];
  readonly replications: { readonly seed: number; readonly least: number; readonly most: number; readonly until?: Readonly<Record<string, number>> };
  readonly kpis: readonly string[];
  readonly accept: readonly Condition[];
}

/** What a new question begins with: this operation for a week, planned as it is, judged by what mostly matters. */
export function fresh(today: string, policy: Readonly<Record<string, unknown>> = {}): Scenario {
  return {
    format: "fieldwright scenario 1",
    title: "",
    question: "",
    situation: { kind: "taken", file: "situation.json", digest: "" },
    horizon: { first: today, days: 5, warm_up: 1 },
    dispatch: { agent: "live", iterations: 200, ...(Object.keys(policy).length === 0 ? {} : { policy }) },
    changes: [],
    replications: { seed: 1, least: 5, most: 8 },
    kpis: ["sla", "sla_critical", "response_hours", "travel_share", "utilisation", "overtime_hours", "backlog", "cost_per_day"],
    accept: [],
  };
}

/** A document of the server as the form has it: what a file need not say is filled in. */
export function formed(document: Readonly<Record<string, unknown>>, today: string): Scenario {
  const given = document as Partial<Scenario>;
  const base = fresh(today);
  return {
    ...base,
    ...given,
    horizon: { ...base.horizon, warm_up: 0, ...given.horizon },
    dispatch: { agent: "live", ...given.dispatch },
    replications: { seed: 1, least: 5, most: 20, ...given.replications },
    changes: given.changes ?? [],
    accept: given.accept ?? [],
  };
}

/** Somebody or something that the situation has: what a new change begins with. */
export interface Known {
  readonly people: readonly { readonly id: string; readonly name: string; readonly skills: Readonly<Record<string, number>>; readonly territory: string }[];
  readonly skills: readonly string[];
  readonly territories: readonly string[];
}

export function begun(kind: Kind, known: Known, dispatch: Dispatching = { agent: "live", iterations: 200 }): Change {
  const first = known.people[0]?.id ?? "";
  switch (kind) {
    case "demand":
      return { kind, factor: 1.2 };
    case "leave":
      return { kind, technicians: [] };
    case "hire":
      return { kind, like: first, count: 1 };
    case "train":
      return { kind, technicians: [], skill: known.skills[0] ?? "", level: 1 };
    case "move-shifts":
      return { kind, minutes: 60 };
    case "overtime":
      return { kind, minutes: 60 };
    case "promise":
      return { kind, priority: "critical", on_site_hours: 2 };
    case "travel":
      return { kind, factor: 1.2 };
    case "dispatch":
      return { kind, dispatch };
  }
}

export function ruleOf(condition: Condition): Rule {
  return RULES.find((rule) => condition[rule] !== undefined) ?? "may_fall_by";
}

/** The condition with another rule or limit. */
export function ruled(condition: Condition, rule: Rule, limit: number): Condition {
  return { kpi: condition.kpi, [rule]: limit, ...(condition.sure === undefined ? {} : { sure: condition.sure }) };
}

/** The same without what was taken out: `undefined` is no value of a file. */
export function without<Whole extends object>(whole: Whole, part: { readonly [Name in keyof Whole]?: Whole[Name] | undefined }): Whole {
  return Object.fromEntries(Object.entries({ ...whole, ...part }).filter(([, value]) => value !== undefined)) as Whole;
}
