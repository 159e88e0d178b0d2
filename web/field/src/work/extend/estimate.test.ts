import { expect, it } from "vitest";

import type { VisitDocument } from "../../day/documents";
import { lateBy } from "./estimate";

const at = (clock: string): string => `2026-11-23T${clock}:00Z`;

function visit(name: string, changes: Partial<VisitDocument>): VisitDocument {
  const base = {
    id: `visit:${name}`,
    kind: "visit",
    visit: name,
    status: "accepted",
    duration: 1800,
    extended: 0,
    paused_for: 0,
    windows: [],
    appointment: false,
    promises: [],
    instants: { started_at: null, arrived_at: null },
    planned: { travel_seconds: 600 },
    job: { number: name, title: "Boiler" },
    customer: { name: `Customer of ${name}` },
  };
  return { ...base, ...changes } as unknown as VisitDocument;
}

const HERE = visit("A", { status: "working", instants: { started_at: at("09:00"), arrived_at: at("08:55") } as VisitDocument["instants"] });

it("a promise that falls behind is named with how late it was and how late it gets", () => {
  // Until 09:30 here, 10 min of driving: there at 09:40; with 40 min more at 10:20, 20 min after 10:00.
  const next = visit("B", { promises: [{ target: "on_site", due: at("10:00"), state: "running" }] });
  const [late] = lateBy([HERE, next], HERE, 40 * 60, Date.parse(at("09:10")));
  expect(late).toMatchObject({ number: "B", who: "Customer of B", promise: "on_site", late_by_before: 0, late_by_after: 20 * 60 });
});

it("waiting for a window takes up what is needed more", () => {
  const next = visit("B", { appointment: true, windows: [[at("10:30"), at("11:30")]], promises: [{ target: "resolve", due: at("11:00"), state: "running" }] });
  expect(lateBy([HERE, next], HERE, 40 * 60, Date.parse(at("09:10")))).toEqual([]);
});

it("an appointment that cannot be kept is told as one", () => {
  const next = visit("B", { appointment: true, windows: [[at("09:30"), at("10:00")]] });
  expect(lateBy([HERE, next], HERE, 3600, Date.parse(at("09:10"))).map((one) => [one.promise, one.late_by_after])).toEqual([["appointment", 40 * 60]]);
});

it("what is late already is told only where it gets later, and what is over is not told", () => {
  const done = visit("B", { status: "completed", promises: [{ target: "resolve", due: at("08:00"), state: "running" }] });
  const late = visit("C", { promises: [{ target: "resolve", due: at("09:50"), state: "running" }, { target: "dispatch", due: at("08:00"), state: "running" }] });
  // C: 09:40 to 10:10, 20 min late; with 10 min more, 30 min late.
  expect(lateBy([HERE, done, late], HERE, 600, Date.parse(at("09:10")))).toEqual([
    { number: "C", who: "Customer of C", promise: "resolve", due: at("09:50"), late_by_before: 1200, late_by_after: 1800 },
  ]);
});

it("work that has overrun already ends now at the earliest", () => {
  const next = visit("B", { promises: [{ target: "on_site", due: at("10:15"), state: "running" }] });
  // It is 10:00: the half hour is long over. 10:10 there as it stands; 30 min more are over at 10:00, too.
  expect(lateBy([HERE, next], HERE, 1800, Date.parse(at("10:00")))).toEqual([]);
});
