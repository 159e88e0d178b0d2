import { expect, test } from "vitest";
import type { Entry } from "../sync/actions";
import { visitOf } from "../testing/made";
import { dayOf, nextStep } from "./day";
import type { MeDocument, MessageDocument, NoticeDocument, ShiftDocument } from "./documents";
import { foreseen, visitAfter } from "./optimistic";
import { actionsOf } from "./lifecycle";

const AT = "2026-11-23T13:00:00Z";

function tapped(kind: Entry["kind"], visit: string | null, data: Entry["data"] = {}, more: Partial<Entry> = {}): Entry {
  const made = { seq: 1, id: kind, user: "user_ana", kind, visit, at: AT, happened: AT, after: null, run: "r", tick: 0, data };
  return { ...made, fate: "waiting", receipt: null, settled: null, told: false, ...more };
}

test("a visit lives its life by taps, and each step offers the next", () => {
  let visit = visitOf("a");
  const steps: (string | null)[] = [];
  for (let step = nextStep(visit); step !== null; step = nextStep(visit)) {
    steps.push(step);
    visit = visitAfter(visit, tapped(step, "a"));
  }
  expect(steps).toEqual(["accept", "depart", "arrive", "start", "complete"]);
  expect(visit.status).toBe("completed");
  expect(visit.instants).toMatchObject({ accepted_at: AT, departed_at: AT, arrived_at: AT, started_at: AT, finished_at: AT });
});

test("driving without having accepted accepts as well, and turning back takes the way back", () => {
  const driving = visitAfter(visitOf("a"), tapped("depart", "a"));
  expect(driving.instants).toMatchObject({ accepted_at: AT, departed_at: AT });
  const back = visitAfter(driving, tapped("turn_back", "a"));
  expect([back.status, back.instants.accepted_at, back.instants.departed_at]).toEqual(["accepted", AT, null]);
});

test("a pause counts until it ends", () => {
  const paused = visitAfter(visitOf("a", "working"), tapped("pause", "a"));
  // 13:00 to 13:10 are 600 s.
  const on = visitAfter(paused, tapped("resume", "a", {}, { happened: "2026-11-23T13:10:00Z" }));
  expect([paused.instants.paused_at, on.instants.paused_at, on.paused_for]).toEqual([AT, null, 600]);
});

test("more time changes nothing but how long it takes, in a pause as well", () => {
  const paused = visitAfter(visitOf("a", "working"), tapped("pause", "a"));
  const longer = visitAfter(paused, tapped("extend", "a", { seconds: 600 }));
  expect(longer).toEqual({ ...paused, extended: 600 });
});

test("a step that its life does not have there changes nothing", () => {
  const visit = visitOf("a", "completed");
  expect(visitAfter(visit, tapped("accept", "a"))).toEqual(visit);
});

test("what is refused, and what the documents tell of already, is not counted", () => {
  const visit = visitOf("a");
  const refused = tapped("accept", "a", {}, { fate: "refused" });
  const told = tapped("use_part", "a", { part: "gasket", quantity: 1 }, { fate: "sent", told: true });
  expect(foreseen([visit], [refused, told])).toEqual([visit]);
});

test("a declined visit has gone from the day, and the next one stands first", () => {
  const [first, second] = [visitOf("a", "accepted", { order: 1 }), visitOf("b", "dispatched", { order: 2 })];
  const day = dayOf(foreseen([second, first], [tapped("decline", "a", { reason: "no ladder" })]));
  expect(day.visits.map((one) => one.visit)).toEqual(["b"]);
  expect(day.next?.visit).toBe("b");
});

test("who is on the way stays with that visit, whatever stands before it", () => {
  const day = dayOf([visitOf("a", "accepted", { order: 1 }), visitOf("b", "en_route", { order: 2 })]);
  expect(day.next?.visit).toBe("b");
});

test("tomorrow's are a preview, and are never next", () => {
  const day = dayOf([visitOf("a", "scheduled", { preview: true, day: "2026-11-24" })]);
  expect([day.next, day.tomorrow.length]).toEqual([null, 1]);
});

test("what is only planned stands behind what was handed over, and is never next", () => {
  const [sure, planned] = [visitOf("a", "accepted", { order: 1 }), visitOf("b", "scheduled", { order: 2 })];
  const day = dayOf([planned, sure]);
  expect([day.visits, day.planned, day.next?.visit].map((one) => JSON.stringify(one))).toEqual(
    [[sure], [planned], "a"].map((one) => JSON.stringify(one)),
  );
  const waiting = dayOf([planned, visitOf("c", "scheduled", { preview: true, day: "2026-11-24" })]);
  expect([waiting.next, waiting.planned.length, waiting.tomorrow.length]).toEqual([null, 1, 1]);
});

test("no tap moves a visit that is only planned", () => {
  const planned = visitOf("a", "scheduled");
  expect(nextStep(planned)).toBeNull();
  for (const kind of ["accept", "depart", "arrive", "start", "complete", "decline"] as const) {
    expect(visitAfter(planned, tapped(kind, "a"))).toEqual(planned);
  }
});

test("shift, breaks, news and parts follow the taps", () => {
  const shift: ShiftDocument = {
    id: "shift:s",
    version: "1",
    kind: "shift",
    shift: "s",
    day: "2026-11-23",
    starts_at: AT,
    ends_at: AT,
    max_overtime: 0,
    began_at: null,
    ended_at: null,
    breaks: [{ id: "lunch", earliest: AT, latest: AT, duration: 1800, taken_at: null, ended_at: null }],
    base: null,
  };
  const notice = { id: "notice:n", version: "1", kind: "notice", notice: "n", what: "assigned", seen: false, at: AT } as NoticeDocument;
  const outbox = [
    tapped("begin_shift", null, { shift: "s" }),
    tapped("take_break", null, { shift: "s", break: "lunch" }),
    tapped("seen", null, { notices: ["n"] }),
  ];
  const [begun, seen] = foreseen([shift, notice], outbox);
  expect(begun?.kind === "shift" && [begun.began_at, begun.breaks[0]?.taken_at]).toEqual([AT, AT]);
  expect(seen?.kind === "notice" && seen.seen).toBe(true);
});

test("what is said is there before the network, and what was read is no news", () => {
  const told = { id: "message:m", version: "1", kind: "message", message: "m", visit: "a", new: true, text: "Ring.", at: AT } as MessageDocument;
  const outbox = [tapped("read", null, { messages: ["m"] }), tapped("say", "a", { text: "I will." })];
  const { messages } = dayOf(foreseen([told], outbox));
  expect(messages.map((one) => [one.text, one.new, one.waiting ?? false])).toEqual([
    ["Ring.", false, false],
    ["I will.", false, true],
  ]);
  expect(dayOf(foreseen([told], [tapped("say", "a", { text: "Sent." }, { fate: "sent", told: true })])).messages).toHaveLength(1);
});

test("a picture that is attached twice to the same field is there once", () => {
  const attach = tapped("attach", "a", { sha256: "d", purpose: "photo", field: "meter" });
  const visit = [attach, attach].reduce(visitAfter, visitOf("a"));
  expect(visit.media).toHaveLength(1);
});

test("who says that they are not available may say that they are again", () => {
  const me: MeDocument = {
    id: "me",
    version: "1",
    kind: "me",
    technician: { id: "t", name: "Ana", phone: null },
    time_zone: "UTC",
    territory: null,
    dispatch_phone: null,
    van: [],
    parts_known: [],
    absence: null,
    experts: [],
  };
  const away = tapped("unavailable", null, { minutes: 60, reason: "Vehicle" });
  expect(foreseen([me], [away])[0]).toMatchObject({ absence: { until: "2026-11-23T14:00:00.000Z", own: true } });
  expect(foreseen([me], [away, tapped("available", null)])[0]).toMatchObject({ absence: null });
});

test("the actions of a status are those that lead somewhere", () => {
  expect(actionsOf("paused")).toEqual(["resume", "extend", "complete", "need_parts", "need_visit"]);
  expect(actionsOf("completed")).toEqual([]);
});
