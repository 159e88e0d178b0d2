import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { visitOf } from "../testing/made";
import { asAsked, whenAsked } from "./asking";
import { dayOf, nextStep } from "./day";
import type { Document, VisitDocument } from "./documents";
import { visitAfter } from "./optimistic";

const TEN = "2026-11-23T10:00:00Z";
const before = (minutes: number): number => Date.parse(TEN) - minutes * 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A visit that is asked for from ten on. */
function aheadVisit(id = "a", more: Partial<VisitDocument> = {}): VisitDocument {
  return visitOf(id, "dispatched", { asked_from: TEN, ...more });
}

function seenAt(visit: VisitDocument, now: number): VisitDocument {
  return dayOf(asAsked([visit], now)).next ?? visit;
}

test("until its instant a visit is not asked for, and one may set out all the same", () => {
  const before10 = seenAt(aheadVisit(), before(1));
  expect([before10.early, nextStep(before10), before10.actions.includes("decline")]).toEqual([true, "depart", true]);
  const asked = seenAt(aheadVisit(), before(0));
  expect([asked.early, nextStep(asked)]).toEqual([undefined, "accept"]);
});

test("what was accepted, what is only planned and what was read before there was asking are not early", () => {
  const old = { ...visitOf("a") } as Partial<VisitDocument>;
  delete (old as { asked_from?: unknown }).asked_from;
  for (const visit of [visitOf("a", "accepted"), visitOf("a", "scheduled"), old as VisitDocument]) {
    expect(asAsked([visit], before(600))).toEqual([visit]);
  }
});

test("who sets out early has accepted, out of reach as well", () => {
  const entry = { seq: 1, id: "1", user: "u", kind: "depart", visit: "a", data: {}, happened: "2026-11-23T09:30:00Z" };
  const driving = seenAt(visitAfter(aheadVisit(), entry as never), before(30));
  expect([driving.status, driving.early, driving.instants.accepted_at]).toEqual(["en_route", undefined, entry.happened]);
});

test("when its instant comes it is told by itself, by the operation's clock and not by the phone's", () => {
  // The phone is an hour behind, and the operation runs six times as fast: ten is five minutes away here, not ninety.
  vi.setSystemTime("2026-11-23T08:30:00Z");
  const clock = { now: "2026-11-23T09:30:00Z", at: Date.now(), pace: 6 };
  const told: Document[][] = [];
  const stop = whenAsked([aheadVisit("a"), aheadVisit("b", { asked_from: "2026-11-23T12:00:00Z" })], clock, (one) => told.push(one));
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told.map((day) => day.map((one) => one.kind === "visit" && one.early === true))).toEqual([[false, true]]);
  stop();
  vi.advanceTimersByTime(3_600_000);
  expect(told.length).toBe(1);
});

test("a timer that slept with the phone does not keep it from being told", () => {
  vi.setSystemTime("2026-11-23T09:00:00Z");
  const told: Document[][] = [];
  whenAsked([aheadVisit()], undefined, (one) => told.push(one));
  vi.setSystemTime("2026-11-23T10:20:00Z"); // the clock has gone on, the timer has not
  vi.advanceTimersByTime(30_000);
  expect(told.length).toBe(1);
});
