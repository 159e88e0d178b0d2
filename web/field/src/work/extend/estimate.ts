/**
 * Whom more time makes late, by what is on this phone: for a dead spot, where the server cannot be asked. The day is
 * walked once as it stands and once with more time, by the planned ways; breaks are left out, so it is an estimate.
 */

import type { VisitDocument } from "../../day/documents";
import { isFinal } from "../../day/lifecycle";

/** A promise or an appointment that would be missed, or missed by more. Seconds; 0: it would be kept. */
export interface Late {
  /** Null, as is `who`: it is a colleague's, of which nothing more is told. */
  readonly number: string | null;
  readonly who: string | null;
  readonly promise: string;
  readonly due: string;
  readonly late_by_before: number;
  readonly late_by_after: number;
}

/** `now`: the operation's time, milliseconds. `visits`: today's, in their order. */
export function lateBy(visits: readonly VisitDocument[], extended: VisitDocument, seconds: number, now: number): readonly Late[] {
  const before = walked(visits, extended, 0, now);
  const after = walked(visits, extended, seconds, now);
  return visits.flatMap((visit) =>
    dues(visit).flatMap(({ promise, due, at }) => {
      const [was, will] = [before, after].map((times) => lateness(times.get(visit.visit)?.[at], due));
      if (was === undefined || will === undefined || will <= was) return [];
      const { number, title } = visit.job;
      return [{ number, who: visit.customer?.name ?? title, promise, due, late_by_before: was, late_by_after: will }];
    }),
  );
}

interface Times {
  readonly start: number;
  readonly end: number;
}

/** When each visit that is left starts and ends, from the one that takes longer on. */
function walked(visits: readonly VisitDocument[], extended: VisitDocument, seconds: number, now: number): ReadonlyMap<string, Times> {
  const times = new Map<string, Times>();
  const begun = extended.instants.started_at ?? extended.instants.arrived_at ?? extended.planned?.start ?? null;
  const start = begun === null ? now : Date.parse(begun);
  const work = (extended.duration + extended.extended + extended.paused_for + seconds) * 1000;
  let free = Math.max(now, start + work);
  times.set(extended.visit, { start, end: free });
  const from = visits.findIndex((one) => one.visit === extended.visit);
  for (const visit of visits.slice(from + 1)) {
    if (isFinal(visit.status) || visit.planned === null) continue;
    const there = free + (visit.planned.travel_seconds ?? 0) * 1000;
    const begins = Math.max(there, earliest(visit, there));
    free = begins + (visit.duration + visit.extended) * 1000;
    times.set(visit.visit, { start: begins, end: free });
  }
  return times;
}

/** When the work may start for somebody who is there `at`: at once inside of a window, else when the next one opens. */
function earliest(visit: VisitDocument, at: number): number {
  const next = visit.windows.find(([, latest]) => at <= Date.parse(latest));
  return next === undefined ? at : Math.max(at, Date.parse(next[0]));
}

/** What was promised of a visit: its SLA promises that still run, and its appointment. */
function dues(visit: VisitDocument): readonly { readonly promise: string; readonly due: string; readonly at: keyof Times }[] {
  const running = visit.promises.filter((one) => one.state === "running");
  const promises = running.flatMap(({ target, due }) => {
    const at: keyof Times | null = target === "on_site" ? "start" : target === "resolve" ? "end" : null;
    return at === null ? [] : [{ promise: target, due, at }];
  });
  const last = visit.appointment ? visit.windows.at(-1) : undefined;
  return last === undefined ? promises : [...promises, { promise: "appointment", due: last[1], at: "start" as const }];
}

function lateness(at: number | undefined, due: string): number | undefined {
  return at === undefined ? undefined : Math.max(0, Math.round((at - Date.parse(due)) / 1000));
}
