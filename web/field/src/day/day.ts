/** The day as the screens show it: which visit comes next, which follow, what is new. */

import type { MeDocument, MessageDocument, NoticeDocument, ShiftDocument, Status, VisitDocument } from "./documents";
import type { Document } from "./documents";
import { isFinal } from "./lifecycle";

export interface Day {
  readonly me: MeDocument | null;
  /** The shift that is on, else the next one of the day. */
  readonly shift: ShiftDocument | null;
  readonly shifts: readonly ShiftDocument[];
  /** Today's that were handed over, by their order; declined ones are not among them. */
  readonly visits: readonly VisitDocument[];
  /** The rest of today as it is planned, by its order: nothing of it can be done before it is handed over. */
  readonly planned: readonly VisitDocument[];
  /** What is to be done next, or is being done. */
  readonly next: VisitDocument | null;
  /** Tomorrow's, as far as it is told. */
  readonly tomorrow: readonly VisitDocument[];
  /** The latest first. */
  readonly notices: readonly NoticeDocument[];
  /** The oldest first. */
  readonly messages: readonly MessageDocument[];
}

/** Somebody is on the way or there. */
const UNDER_WAY: ReadonlySet<Status> = new Set(["en_route", "on_site", "working", "paused"]);

export function dayOf(documents: readonly Document[]): Day {
  const visits = documents.filter((one) => one.kind === "visit").sort(inOrder);
  const shifts = documents.filter((one) => one.kind === "shift").sort((a, b) => a.starts_at.localeCompare(b.starts_at));
  // A visit that this technician has given back has gone from the day, although the server has not said so yet.
  const today = visits.filter((one) => !one.preview && !one.provisional && one.status !== "open");
  return {
    me: documents.find((one) => one.kind === "me") ?? null,
    shift: shifts.find((one) => one.began_at !== null && one.ended_at === null) ?? shifts.find((one) => one.ended_at === null) ?? null,
    shifts,
    visits: today,
    planned: visits.filter((one) => !one.preview && one.provisional),
    next: today.find((one) => UNDER_WAY.has(one.status)) ?? today.find((one) => !isFinal(one.status)) ?? null,
    tomorrow: visits.filter((one) => one.preview),
    notices: documents.filter((one) => one.kind === "notice").sort((a, b) => b.at.localeCompare(a.at)),
    messages: documents.filter((one) => one.kind === "message").sort((a, b) => a.at.localeCompare(b.at)),
  };
}

/** By day, then by the order of the route, then by time. */
function inOrder(one: VisitDocument, other: VisitDocument): number {
  return (
    one.day.localeCompare(other.day) ||
    (one.order ?? 999) - (other.order ?? 999) ||
    (one.planned?.start ?? "").localeCompare(other.planned?.start ?? "")
  );
}

/** The steps of a visit's life that one taps in their order; each is the one big button once. */
const STEPS = ["accept", "depart", "arrive", "start", "resume", "complete"] as const;
export type Step = (typeof STEPS)[number];

/** The next step; null: nothing is left to do. */
export function nextStep(visit: VisitDocument): Step | null {
  return STEPS.find((step) => visit.actions.includes(step)) ?? null;
}

/** Whether the technician is on duty: begun and not ended. Only then anybody may know where they are. */
export function onDuty(day: Day): boolean {
  return day.shifts.some((one) => one.began_at !== null && one.ended_at === null);
}
