/** The board as the server says it (GET /api/v1/board). Instants are ISO 8601 in UTC; spans are seconds, ways metres. */

export type VisitStatus =
  | "open"
  | "scheduled"
  | "dispatched"
  | "accepted"
  | "en_route"
  | "on_site"
  | "working"
  | "paused"
  | "completed"
  | "incomplete"
  | "no_show"
  | "cancelled";

export type Priority = "critical" | "high" | "normal" | "low";

export interface Interval {
  readonly earliest: string;
  readonly latest: string;
}

/** A skill and how well: of a visit what it asks for, of a technician what they hold. */
export interface SkillLevel {
  readonly skill: string;
  readonly level: number;
}

export type Target = "respond" | "dispatch" | "on_site" | "resolve";

/** What was promised, when it is due, and where its clock stands. */
export interface PromiseClock {
  readonly target: Target;
  readonly due: string;
  readonly state: "running" | "paused" | "met" | "stopped";
}

/** One member of the crew of a visit, as the published plan has it. */
export interface Planned {
  readonly role: number;
  readonly technician: string;
  readonly shift: string;
  readonly arrival: string;
  readonly start: string;
  readonly end: string;
  /** Of the way there; null where it was not kept. */
  readonly travel_seconds: number | null;
  readonly travel_metres: number | null;
  readonly travel_source: string | null;
  /** When they have to leave for it. */
  readonly leave_at: string | null;
}

/** What was really done, and when. */
export interface Actual {
  readonly dispatched_at: string | null;
  readonly accepted_at: string | null;
  readonly departed_at: string | null;
  readonly arrived_at: string | null;
  readonly started_at: string | null;
  readonly paused_at: string | null;
  readonly finished_at: string | null;
}

export interface Jeopardy {
  /** Besides promises with a clock, the window that a customer was given. */
  readonly target: Target | "appointment";
  readonly due: string | null;
  readonly late_by: number;
}

/** A dispatcher's fixed decision on a visit: who does it, when it starts, that its place in the order stays. */
export interface Pin {
  readonly technician?: string | null;
  readonly start?: string | null;
  readonly order?: boolean;
}

export interface Visit {
  readonly id: string;
  readonly version: number;
  readonly job: string;
  readonly number: string;
  readonly title: string;
  readonly type: string;
  readonly priority: Priority;
  readonly status: VisitStatus;
  readonly pin: Pin | null;
  readonly customer: { readonly id: string; readonly name: string };
  readonly site: { readonly id: string; readonly address: string; readonly lat: number | null; readonly lon: number | null };
  readonly territory: string | null;
  readonly skills: readonly SkillLevel[];
  /** How many technicians do it together. */
  readonly people: number;
  readonly windows: readonly Interval[];
  readonly appointment: Interval | null;
  readonly duration: number;
  readonly promises: readonly PromiseClock[];
  /** One entry for each member of the crew; empty: nobody has it. */
  readonly planned: readonly Planned[];
  readonly actual: Actual;
  readonly expected_end: string | null;
  readonly late_by: number;
  readonly jeopardy: Jeopardy | null;
  /** When nobody has it: why, each a sentence in the language that was asked for. */
  readonly reasons: readonly string[];
  readonly open_dispute: boolean;
  /** Messages of its technician that no dispatcher has read. */
  readonly unread: number;
}

export type TechnicianState = "off" | "waiting" | "driving" | "on_site" | "break" | "absent";

export interface Position {
  readonly lat: number;
  readonly lon: number;
  readonly at: string;
  readonly source: string;
}

export interface Absence {
  readonly id: string;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

export interface Break {
  readonly id: string;
  readonly earliest: string;
  readonly latest: string;
  readonly duration: number;
  readonly planned_start: string | null;
  readonly planned_end: string | null;
  readonly taken_at: string | null;
  readonly ended_at: string | null;
}

export interface Shift {
  readonly id: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly began_at: string | null;
  readonly ended_at: string | null;
  readonly max_overtime: number;
  readonly version: number;
  readonly breaks: readonly Break[];
  /** In the order of the route. */
  readonly stops: readonly { readonly visit: string; readonly role: number }[];
}

export interface Technician {
  readonly id: string;
  readonly name: string;
  readonly phone: string | null;
  readonly territory: string | null;
  readonly skills: readonly SkillLevel[];
  readonly state: TechnicianState;
  readonly position: Position | null;
  readonly absences: readonly Absence[];
  readonly shifts: readonly Shift[];
}

export interface Territory {
  readonly id: string;
  readonly name: string;
  /** A GeoJSON Polygon or MultiPolygon. */
  readonly area: object | null;
  /** No run and no reaction moves anything there before this instant; null: it is not locked. */
  readonly locked_until?: string | null;
  readonly locked_because?: string | null;
}

/** What GET /api/v1/board answers. */
export interface BoardDocument {
  readonly position: number;
  readonly now: string;
  readonly pace: number;
  readonly time_zone: string;
  readonly day: string;
  readonly since: string;
  readonly until: string;
  readonly edition: number;
  readonly plan: string | null;
  /** Nothing before this instant may be changed any more. */
  readonly fence: string | null;
  readonly technicians: readonly Technician[];
  readonly visits: readonly Visit[];
  readonly territories: readonly Territory[];
  readonly drafts: number;
  readonly disputes: number;
}

/** What GET /api/v1/board/changes answers. */
export interface BoardChanges {
  readonly position: number;
  readonly now: string;
  readonly pace: number;
  readonly edition: number;
  readonly reset: boolean;
  readonly visits: readonly Visit[];
  /** Visits and technicians that are not on the board any more. */
  readonly gone: readonly string[];
  readonly technicians: readonly Technician[];
  readonly drafts: number;
  readonly disputes: number;
  readonly plan?: string | null;
  readonly fence?: string | null;
  /** All of them, where any has changed. */
  readonly territories?: readonly Territory[] | null;
}

/** The board as the console holds it: an immutable snapshot; what has not changed is the same object as before. */
export interface Board extends BoardDocument {
  readonly visitById: ReadonlyMap<string, Visit>;
  readonly technicianById: ReadonlyMap<string, Technician>;
  readonly territoryById: ReadonlyMap<string, Territory>;
}

/** A change that is shown before the server has agreed to it. */
export interface Optimistic {
  readonly visits?: Readonly<Record<string, Partial<Visit>>>;
  readonly technicians?: Readonly<Record<string, Partial<Technician>>>;
}

/** Takes back what was shown too early. `settled`: the server has agreed, and the truth will say the same. */
export interface Undo {
  (): void;
  settled(): void;
}

export type Link = "live" | "connecting" | "offline";
