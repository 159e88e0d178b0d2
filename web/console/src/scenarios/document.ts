/** A scenario as its file has it (docs/reference/scenarios.md), as far as the form writes it. What the form does not know is kept. */

export type Priority = "critical" | "high" | "normal" | "low";
export const PRIORITIES: readonly Priority[] = ["critical", "high", "normal", "low"];

/** Parts that work needs: the share of jobs, the share of those for which the van has it, hours until it is there. */
export interface Parts {
  readonly needed?: number;
  readonly filled?: number;
  readonly hours?: number;
}

interface MadeUp {
  readonly seed?: number;
  readonly jobs_per_day?: number;
  readonly digest?: string;
  readonly parts?: Parts;
  /** The share of jobs that need two technicians at a time. */
  readonly crews?: number;
}

export type Situation =
  | ({ readonly kind: "generated"; readonly technicians?: number } & MadeUp)
  | ({ readonly kind: "sample-city" } & MadeUp)
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
  | { readonly kind: "base"; readonly technicians?: readonly string[]; readonly like?: string; readonly site?: string; readonly lat?: number; readonly lon?: number }
  | { readonly kind: "van-stock"; readonly filled?: number; readonly hours?: number }
  | { readonly kind: "promise"; readonly priority: Priority; readonly on_site_hours?: number; readonly resolve_hours?: number }
  | { readonly kind: "travel"; readonly factor: number }
  | { readonly kind: "dispatch"; readonly dispatch: Dispatching };

export type Kind = Change["kind"];
export const KINDS: readonly Kind[] = ["hire", "leave", "train", "demand", "move-shifts", "overtime", "base", "promise", "travel", "van-stock", "dispatch"];

export const RULES = ["may_fall_by", "may_rise_by", "at_least", "at_most"] as const;
export type Rule = (typeof RULES)[number];
export type Condition = { readonly kpi: string; readonly sure?: boolean } & { readonly [rule in Rule]?: number };

export const ASKS = ["effect", "sweep", "staffing", "worth", "replay"] as const;
/** What is asked of a scenario; a replay is made with a form of its own. */
export type Asks = (typeof ASKS)[number];

export interface Sweep {
  readonly kind: "technicians" | "demand";
  readonly values: readonly number[];
  readonly kpi: string;
}

export interface Group {
  readonly technicians: readonly string[];
  readonly least: number;
  readonly most: number;
  readonly cost_per_day: number;
}

export interface Staffing {
  readonly targets: readonly Condition[];
  readonly groups: readonly Group[];
}

export const ADDITIONS = ["technician", "skill", "hour"] as const;
export type Addition = (typeof ADDITIONS)[number];

export interface Worth {
  readonly of: readonly Addition[];
  readonly by_weekday: boolean;
}

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
  readonly sweep?: Sweep;
  readonly staffing?: Staffing;
  readonly worth?: Worth;
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
    case "base":
      return { kind, technicians: [], like: first };
    case "van-stock":
      return { kind, filled: 0.95 };
    case "promise":
      return { kind, priority: "critical", on_site_hours: 2 };
    case "travel":
      return { kind, factor: 1.2 };
    case "dispatch":
      return { kind, dispatch };
  }
}

/** Changes once the situation is known or another one: what still names what a change began with, and is not there, names what is. */
export function begunAnew(changes: readonly Change[], before: Known, known: Known): readonly Change[] {
  const people = known.people.map((one) => one.id);
  const anew = (value: string, former: string | undefined, there: readonly string[]): string =>
    value === (former ?? "") && !there.includes(value) ? (there[0] ?? "") : value;
  const next = changes.map((one): Change => {
    switch (one.kind) {
      case "hire":
      case "base":
        return one.like === undefined ? one : { ...one, like: anew(one.like, before.people[0]?.id, people) };
      case "train":
        return { ...one, skill: anew(one.skill, before.skills[0], known.skills) };
      default:
        return one;
    }
  });
  return JSON.stringify(next) === JSON.stringify(changes) ? changes : next;
}

/** What a document asks where nobody says: the one table of a question that it has. */
export function asksOf(document: Readonly<Record<string, unknown>>): Asks {
  const found = (["sweep", "staffing", "worth"] as const).filter((name) => document[name] !== undefined && document[name] !== null);
  return found.length === 1 ? (found[0] ?? "effect") : "effect";
}

/** The scenario with the table of what is asked, as it begins. */
export function asking(scenario: Scenario, asks: Asks, known: Known): Scenario {
  const people = known.people.length;
  switch (asks) {
    case "sweep":
      return scenario.sweep === undefined ? { ...scenario, sweep: { kind: "technicians", values: swept("technicians", people), kpi: "sla" } } : scenario;
    case "staffing":
      return scenario.staffing === undefined ? { ...scenario, staffing: { targets: [{ kpi: "sla", at_least: 0.95, sure: false }], groups: byTerritory(known) } } : scenario;
    case "worth":
      return scenario.worth === undefined ? { ...scenario, worth: { of: [...ADDITIONS], by_weekday: false } } : scenario;
    default:
      return scenario;
  }
}

/** The same once it starts from others: a table or a change that is still as it began with the former ones begins anew. */
export function askingAnew(scenario: Scenario, asks: Asks, before: Known, known: Known): Scenario {
  const bare = without<Scenario>(scenario, { sweep: undefined, staffing: undefined });
  const began = asking(bare, asks, before);
  const asBegun = JSON.stringify([began.sweep, began.staffing]) === JSON.stringify([scenario.sweep, scenario.staffing]);
  const changes = begunAnew(scenario.changes, before, known);
  const same = changes === scenario.changes;
  return asking(asBegun ? { ...bare, changes } : same ? scenario : { ...scenario, changes }, asks, known);
}

/** What is sent: what is asked, without the tables of other questions and conditions that nobody holds it to. */
export function sent(scenario: Scenario, asks: Asks): Scenario {
  return without<Scenario>(scenario, {
    sweep: asks === "sweep" ? scenario.sweep : undefined,
    staffing: asks === "staffing" ? scenario.staffing : undefined,
    worth: asks === "worth" ? scenario.worth : undefined,
    ...(asks === "effect" ? {} : { accept: [] }),
  });
}

/** What a sweep begins with where so many technicians are there; none: it is not known yet how many. */
export function swept(kind: Sweep["kind"], people: number): readonly number[] {
  return kind === "demand" ? evenly(0.8, 1.4, 0.1) : around(people === 0 ? 8 : people);
}

/** From about two thirds of a number to one and a half times it, in seven steps or so. */
function around(number: number): readonly number[] {
  const [first, last] = [Math.max(1, Math.round(number * 0.65)), Math.max(3, Math.round(number * 1.5))];
  return evenly(first, last, Math.max(1, Math.round((last - first) / 6)));
}

/** So many values are simulated at most. */
export const MOST_VALUES = 50;

/** From a first to a last value by a step; the last one is there only where a step ends on it. */
export function evenly(first: number, last: number, step: number): readonly number[] {
  if (!(step > 0) || last < first) return [first];
  const count = Math.min(MOST_VALUES, Math.floor((last - first) / step + 1e-9) + 1);
  return Array.from({ length: count }, (_, at) => Math.round((first + at * step) * 1e6) / 1e6);
}

/** One group for each territory, whose people can stand in for each other; a day of each is taken to cost 200. */
export function byTerritory(known: Known): readonly Group[] {
  return known.territories.flatMap((territory) => {
    const technicians = known.people.filter((one) => one.territory === territory).map((one) => one.id);
    return technicians.length === 0 ? [] : [grouped(technicians)];
  });
}

export function grouped(technicians: readonly string[]): Group {
  return { technicians, least: Math.max(1, technicians.length - 2), most: technicians.length + 2, cost_per_day: 200 };
}

/** So many staffings there are to choose from. */
export function staffings(groups: readonly Group[]): number {
  return groups.reduce((all, one) => all * (one.most - one.least + 1), 1);
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
