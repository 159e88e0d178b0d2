/**
 * What somebody is asked for, by the operation's clock. A phone holds visits long before; until its instant has come,
 * such a visit is no question, and goes on all the same for whoever is there already.
 */

import type { Clock } from "../store/meta";
import type { Document, VisitDocument } from "./documents";
import { operationTime } from "./time";

/** The documents as they stand at an instant (milliseconds): what nobody is asked for yet is early, and not to be accepted. */
export function asAsked(documents: readonly Document[], now: number): Document[] {
  return documents.map((one) => (one.kind === "visit" && isEarly(one, now) ? early(one) : one));
}

/** A timer stands still while a phone sleeps, so it is looked at the clock at least so often. */
const OFTEN_MS = 30_000;

/** Tell the documents anew each time that somebody is asked for another of them; what is answered stops that. */
export function whenAsked(documents: readonly Document[], clock: Clock | undefined, tell: (asked: Document[]) => void): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  const time = (): number => operationTime(clock).getTime();
  function wait(now: number): void {
    const next = nextAsking(documents, now);
    if (next !== null) due = setTimeout(() => look(next), Math.min(OFTEN_MS, (next - now) / (clock?.pace ?? 1)));
  }
  function look(next: number): void {
    const now = time();
    if (now >= next) tell(asAsked(documents, now));
    wait(now);
  }
  wait(time());
  return () => clearTimeout(due);
}

/** The next instant (milliseconds) at which somebody is asked for something; null: nothing is early. */
function nextAsking(documents: readonly Document[], now: number): number | null {
  const ahead = documents.flatMap((one) => (one.kind === "visit" && isEarly(one, now) ? [askedFrom(one)] : []));
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function isEarly(visit: VisitDocument, now: number): boolean {
  return visit.status === "dispatched" && now < askedFrom(visit);
}

/** A document that was read before there was asking is one that was asked for. */
function askedFrom({ asked_from }: VisitDocument): number {
  return asked_from == null ? -Infinity : Date.parse(asked_from);
}

function early(visit: VisitDocument): VisitDocument {
  return { ...visit, early: true, actions: visit.actions.filter((one) => one !== "accept") };
}
