/** A small day for tests: Ana works from 8 to 17 o'clock, in universal time, with what a test gives her. */

import type { Planned, Technician, Visit } from "../../live";

const DAY = "2026-11-23";

/** `"09:30"` on the day, as an instant. */
export function clock(time: string): string {
  return `${DAY}T${time}:00Z`;
}

export function ms(time: string): number {
  return Date.parse(clock(time));
}

type Given<Whole> = { readonly [Key in keyof Whole]?: Whole[Key] };

export function planned(start: string, end: string, more: Given<Planned> = {}): Planned {
  const begin = ms(start);
  return {
    role: 0,
    technician: "ana",
    shift: "shift-ana",
    arrival: clock(start),
    start: clock(start),
    end: clock(end),
    travel_seconds: 900,
    travel_metres: 6000,
    travel_source: "road",
    leave_at: new Date(begin - 900_000).toISOString(),
    ...more,
  };
}

const NOTHING_DONE: Visit["actual"] = {
  dispatched_at: null,
  accepted_at: null,
  departed_at: null,
  arrived_at: null,
  started_at: null,
  paused_at: null,
  finished_at: null,
};

export function visit(id: string, given: Given<Omit<Visit, "actual">> & { readonly actual?: Given<Visit["actual"]> } = {}): Visit {
  return {
    version: 1,
    job: `job-${id}`,
    number: id.toUpperCase(),
    title: "Boiler leaks",
    type: "Repair",
    priority: "normal",
    status: "scheduled",
    pin: null,
    customer: { id: "customer", name: "Hotel Mar" },
    site: { id: "site", address: "Balmaceda 1", lat: -29.9, lon: -71.25 },
    territory: "north",
    skills: [],
    people: 1,
    windows: [],
    appointment: null,
    duration: 3600,
    promises: [],
    planned: [],
    expected_end: null,
    late_by: 0,
    jeopardy: null,
    reasons: [],
    open_dispute: false,
    unread: 0,
    ...given,
    id,
    actual: { ...NOTHING_DONE, ...given.actual },
  };
}

/** Ana, whose shift holds these visits in this order. */
export function ana(visits: readonly Visit[], given: Given<Technician> = {}, shift: Given<Technician["shifts"][number]> = {}): Technician {
  return {
    id: "ana",
    name: "Ana Rojas",
    phone: null,
    territory: "north",
    skills: [],
    state: "waiting",
    position: null,
    absences: [],
    shifts: [
      {
        id: "shift-ana",
        starts_at: clock("08:00"),
        ends_at: clock("17:00"),
        began_at: null,
        ended_at: null,
        max_overtime: 3600,
        version: 1,
        breaks: [],
        stops: visits.map((one) => ({ visit: one.id, role: 0 })),
        ...shift,
      },
    ],
    ...given,
  };
}

export function byId(visits: readonly Visit[]): ReadonlyMap<string, Visit> {
  return new Map(visits.map((one) => [one.id, one]));
}
