import { beforeEach, describe, expect, test, vi } from "vitest";
import { Refused } from "@fieldwright/shared/api";
import { database } from "../store/database";
import { recall, remember } from "../store/meta";
import { entriesOf, keep, waitingOf } from "../store/outbox";
import { fakeFetch, problem } from "../testing/fake-fetch";
import { ANA, freshPhone, visitOf } from "../testing/made";
import { signIn, signInBySession, signOut } from "./device";
import { request, Revoked } from "./request";

beforeEach(async () => {
  await freshPhone();
  vi.stubGlobal("localStorage", { removeItem: () => undefined });
  await (await database()).put("documents", visitOf("a"));
  await remember("sheets", { "2026-W48": { days: [], totals: { work: 3600 } } });
});

const welcome = (user: string): Response =>
  Response.json({
    device: "device_2",
    token: "another token",
    expires_at: "2027-01-23T12:00:00Z",
    me: { user_id: user, technician_id: "technician", name: "Somebody", language: "en" },
    now: "2026-11-23T12:00:00Z",
    pace: 1,
  });

async function isEmptied(): Promise<void> {
  const db = await database();
  for (const store of ["documents", "outbox", "pictures", "bytes", "fixes"] as const) expect(await db.count(store)).toBe(0);
  expect(await db.getAllKeys("meta")).toEqual(["wiped"]);
}

describe("a phone that is to be emptied is, whoever hears of it", () => {
  const lost = (): Response => problem(401, "device-revoked", { wipe: true });

  test("at the sign-in", async () => {
    await remember("device", { ...ANA, token: null });
    await keep({ kind: "accept", visit: "a", data: {} });
    fakeFetch(lost);

    await expect(signIn("ana@example.org", "a password", "A phone")).rejects.toBeInstanceOf(Revoked);

    await isEmptied();
  });

  test("by any request", async () => {
    fakeFetch(lost);

    await expect(request("/api/v1/map/source")).rejects.toBeInstanceOf(Revoked);

    await isEmptied();
  });

  test("while somebody signs out", async () => {
    fakeFetch(lost);

    await signOut();

    await isEmptied();
  });
});

test("who comes from a provider is let in by the browser's session, and by no cookie otherwise", async () => {
  const asked = fakeFetch((what) => (what.startsWith("POST") ? welcome(ANA.user) : Response.json({})));

  await signInBySession("A phone");
  await request("/api/v1/map/source");
  await signIn("ana@example.org", "a password", "A phone");

  expect(asked.map(({ options }) => options.credentials)).toEqual(["same-origin", "omit", "omit"]);
  expect(Object.keys(JSON.parse(String(asked[0]?.options.body)) as object)).toEqual(["device"]);
});

test("a wrong password empties nothing", async () => {
  fakeFetch(() => problem(401, "not-signed-in"));

  await expect(signIn("ana@example.org", "wrong", "A phone")).rejects.toBeInstanceOf(Refused);

  expect(await (await database()).count("documents")).toBe(1);
});

test("somebody else finds nothing of who was here before, and does not send what those have tapped", async () => {
  await remember("device", { ...ANA, token: null });
  await keep({ kind: "accept", visit: "a", data: {} });
  fakeFetch(() => welcome("user_ben"));

  await signIn("ben@example.org", "a password", "A phone");

  expect(await (await database()).count("documents")).toBe(0);
  expect(await recall("sheets")).toBeUndefined();
  expect(await recall("device")).toMatchObject({ id: "device_2", user: "user_ben", token: "another token" });
  expect(await waitingOf("user_ben")).toEqual([]);
  expect(await entriesOf(ANA.user)).toHaveLength(1);
});

test("who comes back finds the day as it was", async () => {
  await remember("device", { ...ANA, token: null });
  fakeFetch(() => welcome(ANA.user));

  await signIn("ana@example.org", "a password", "A phone");

  expect(await (await database()).count("documents")).toBe(1);
  expect(await recall("sheets")).toBeDefined();
});

test("who signs out leaves nothing but what waits", async () => {
  await keep({ kind: "accept", visit: "a", data: {} });
  fakeFetch(() => new Response(null, { status: 204 }));

  await signOut();

  expect(await (await database()).count("documents")).toBe(0);
  expect(await (await database()).getAllKeys("meta")).toEqual(["device"]);
  expect((await recall("device"))?.token).toBeNull();
  expect(await waitingOf(ANA.user)).toHaveLength(1);
});
