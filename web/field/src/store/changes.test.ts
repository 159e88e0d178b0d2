import { beforeEach, expect, test } from "vitest";
import type { Changes } from "../day/documents";
import type { Receipt } from "../sync/actions";
import { ANA, freshPhone, visitOf } from "../testing/made";
import { take } from "./changes";
import { database } from "./database";
import { recall, remember } from "./meta";
import { entriesOf, keep, settle } from "./outbox";

beforeEach(() => freshPhone());

const asked = (at = Date.now()): Parameters<typeof take>[1] => ({ at, user: ANA.user });

function told(more: Partial<Changes>): Changes {
  const now = "2026-11-23T12:00:00Z";
  return { cursor: "1", now, pace: 1, date: "2026-11-23", expires_at: "2026-11-24T12:00:00Z", full: false, documents: [], gone: [], ...more };
}

const receipt = (id: string, more: Partial<Receipt> = {}): Receipt => ({
  id,
  outcome: "applied",
  code: null,
  detail: null,
  happened_at: null,
  facts: {},
  ...more,
});

test("what is new is put over what is here, and what has gone is dropped with its reason", async () => {
  await take(told({ full: true, documents: [visitOf("a"), visitOf("b")] }), asked());
  await take(told({ documents: [visitOf("b", "accepted")], gone: [{ id: "visit:a", why: "Given to Ben." }] }), asked());

  const documents = await (await database()).getAll("documents");
  expect(documents.map((one) => [one.id, one.kind === "visit" && one.status])).toEqual([["visit:b", "accepted"]]);
  expect(await recall("gone")).toEqual([{ id: "visit:a", why: "Given to Ben." }]);
});

test("a whole answer drops what is here besides", async () => {
  await take(told({ full: true, documents: [visitOf("a")] }), asked());
  await take(told({ full: true, documents: [visitOf("b")] }), asked());

  expect(await (await database()).getAllKeys("documents")).toEqual(["visit:b"]);
});

test("a visit that comes back has not gone any more", async () => {
  await take(told({ documents: [], gone: [{ id: "visit:a", why: "Given to Ben." }] }), asked());
  await take(told({ documents: [visitOf("a")] }), asked());

  expect(await recall("gone")).toEqual([]);
});

test("a tap whose receipt came after the server was asked is not told of in its answer", async () => {
  const before = Date.now() - 1;
  const entry = await keep({ kind: "accept", visit: "a", data: {} });
  await settle([receipt(entry.id)]);

  await take(told({}), asked(before));
  expect((await entriesOf(ANA.user))[0]?.told).toBe(false);

  await take(told({}), asked(Date.now() + 1));
  expect((await entriesOf(ANA.user))[0]?.told).toBe(true);
});

test("the first receipt of a tap stays", async () => {
  const entry = await keep({ kind: "accept", visit: "a", data: {} });
  await settle([receipt(entry.id, { outcome: "refused", code: "illegal-transition" })]);
  await settle([receipt(entry.id)]);

  expect((await entriesOf(ANA.user))[0]).toMatchObject({ fate: "refused", receipt: { code: "illegal-transition" } });
});

test("an answer to who was signed in before is no answer to who is now", async () => {
  await remember("device", { ...ANA, user: "user_ben" });
  await take(told({ documents: [visitOf("a")] }), asked());

  expect(await (await database()).count("documents")).toBe(0);
});
