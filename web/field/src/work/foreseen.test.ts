import { expect, it } from "vitest";
import { foreseen } from "../day/optimistic";
import type { MeDocument, VisitDocument } from "../day/documents";
import type { Entry } from "../sync/actions";
import { visitOf } from "../testing/made";

const AT = "2026-11-23T13:00:00Z";

function tapped(seq: number, kind: Entry["kind"], data: Entry["data"]): Entry {
  const made = { seq, id: `${seq}`, user: "user_ana", kind, visit: "a", at: AT, happened: AT, after: null, run: "r", tick: 0, data };
  return { ...made, fate: "waiting", receipt: null, settled: null, told: false };
}

function answered(...given: readonly Readonly<Record<string, unknown>>[]): unknown {
  const checklist = { version: 1, schema: {}, answers: { pressure: 19.5, tight: true }, answered_at: null };
  const taps = given.map((answers, index) => tapped(index + 1, "checklist", { version: 1, answers }));
  const [visit] = foreseen([visitOf("a", "working", { checklist })], taps) as VisitDocument[];
  return visit?.checklist?.answers;
}

it("answers that are not spoken of stay, and the last one counts", () => {
  expect(answered({ cause: "valve", pressure: 12 }, { pressure: 13 })).toEqual({ pressure: 13, tight: true, cause: "valve" });
});

it.each([[null], [""], [[]]])("an answer is taken back by %j", (none) => {
  expect(answered({ tight: none })).toEqual({ pressure: 19.5 });
});

it("a part that is put back is on the van again", () => {
  const me = { id: "me", version: "1", kind: "me", van: [{ part: "gasket", quantity: 3 }] } as unknown as MeDocument;
  const taps = [2, -1].map((quantity, index) => tapped(index + 1, "use_part", { part: "gasket", quantity }));
  const [after] = foreseen([me], taps) as MeDocument[];
  expect(after?.van).toEqual([{ part: "gasket", quantity: 2 }]);
});
