/** What can be tapped, with what each tap carries; and what the server says of it. */

import type { Instant, Quantity, Purpose } from "../day/documents";

/** Actions about a visit. */
export interface OnVisit {
  readonly accept: Record<string, never>;
  readonly decline: { readonly reason: string };
  readonly depart: Record<string, never>;
  readonly turn_back: { readonly reason?: string };
  readonly arrive: { readonly proposed?: boolean };
  readonly start: Record<string, never>;
  readonly pause: { readonly reason?: string };
  readonly resume: Record<string, never>;
  readonly extend: { readonly seconds: number; readonly reason?: string };
  readonly complete: { readonly summary?: string };
  readonly need_parts: { readonly reason: string; readonly parts?: readonly Quantity[] };
  readonly need_visit: { readonly reason: string; readonly duration?: number };
  readonly no_show: { readonly reason: string };
  readonly checklist: { readonly version: number | string; readonly answers: Readonly<Record<string, unknown>> };
  readonly use_part: Quantity;
  readonly request_part: Quantity & { readonly urgent?: boolean; readonly note?: string };
  readonly attach: { readonly sha256: string; readonly purpose: Purpose; readonly caption?: string; readonly field?: string };
  readonly sign: { readonly sha256: string; readonly name: string };
  readonly send_report: { readonly email?: string };
  /** `expert`: a technician's id; nobody's for the supervisor. */
  readonly expert_call: { readonly expert?: string; readonly skill?: string; readonly note?: string };
  /** Something for the office to read. */
  readonly say: { readonly text: string };
}

/** Actions about the technician's own time, of no visit. */
export interface OnDuty {
  readonly begin_shift: { readonly shift: string };
  readonly end_shift: { readonly shift: string };
  readonly take_break: { readonly shift: string; readonly break: string };
  readonly end_break: { readonly shift: string; readonly break: string };
  readonly unavailable: { readonly minutes: number; readonly reason: string };
  readonly available: Record<string, never>;
  readonly seen: { readonly notices: readonly string[] };
  readonly read: { readonly messages: readonly string[] };
}

export type VisitKind = keyof OnVisit;
export type DutyKind = keyof OnDuty;
export type Kind = VisitKind | DutyKind;
export type DataOf<K extends Kind> = K extends VisitKind ? OnVisit[K] : K extends DutyKind ? OnDuty[K] : never;

/** As the server takes it. `at`: this phone's clock; `elapsed`: seconds since by a clock that is never put back. */
export interface SentAction {
  readonly id: string;
  readonly kind: Kind;
  readonly visit: string | null;
  readonly at: Instant;
  readonly after: string | null;
  readonly elapsed: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Receipt {
  readonly id: string;
  readonly outcome: "applied" | "refused" | "waiting";
  readonly code: string | null;
  readonly detail: string | null;
  readonly happened_at: Instant | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Receipts {
  readonly received_at: Instant;
  readonly now: Instant;
  readonly pace: number;
  readonly skew: number;
  readonly receipts: readonly Receipt[];
}

/** What became of a tap so far. `waiting` for the network; `sent`: applied; `refused`, with the reason. */
export type Fate = "waiting" | "sent" | "refused";

/** A tap as this phone keeps it, in the order of its taps. */
export interface Entry {
  /** The order of taps on this phone. */
  readonly seq: number;
  readonly id: string;
  /** Whose tap it is: a phone may change hands. */
  readonly user: string;
  readonly kind: Kind;
  readonly visit: string | null;
  readonly at: Instant;
  /** When, by the operation's clock: what is shown. */
  readonly happened: Instant;
  readonly after: string | null;
  /** Which run of the app it was tapped in, and its monotonic clock then, in milliseconds. */
  readonly run: string;
  readonly tick: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly fate: Fate;
  readonly receipt: Receipt | null;
  /** When its receipt came, by this phone's clock. */
  readonly settled: Instant | null;
  /** The documents tell of it by now; what is shown needs it no more. */
  readonly told: boolean;
}
