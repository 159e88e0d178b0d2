import { beforeEach, expect, test, vi } from "vitest";
import { ANA, freshPhone, pictureOf, visitOf } from "../testing/made";
import { database, writing } from "./database";
import { EVERYTHING, forgetDay, forgetPerson } from "./forgetting";
import { remember } from "./meta";
import { entriesOf, keep, keepPicture, settle } from "./outbox";
import { notePicture, picture } from "./pictures";

const dropped = vi.fn(() => Promise.resolve(true));

beforeEach(async () => {
  await freshPhone();
  dropped.mockClear();
  vi.stubGlobal("caches", { delete: dropped });
  await remember("cursor", "c-1");
  await remember("day", { date: "2026-11-23", forget: 0 });
  await remember("clock", { now: "2026-11-23T12:00:00Z", at: 0, pace: 1 });
  await remember("gone", [{ id: "visit:b", why: "Given to Ben." }]);
  await remember("sheets", { "2026-W48": { days: [], totals: { work: 3600 } } });
  await remember("area", "[-29.9]");
  await remember("nonce", "n-1");
  await remember("push", { key: "k", told: "t" });
  await (await database()).put("documents", visitOf("a"));
  await (await database()).add("fixes", { lat: -29.9, lon: -71.2, at: "2026-11-23T12:00:00Z" } as never);
});

/** One of each: sent, refused and lost pictures; a tap that was applied, one that was refused, one that waits. */
async function ofEach(): Promise<{ readonly waiting: string; readonly photo: string }> {
  const photos = [await pictureOf(1000), await pictureOf(2000), await pictureOf(3000), await pictureOf(4000)];
  for (const one of photos) await keepPicture(one);
  for (const [index, state] of (["sent", "refused", "lost"] as const).entries()) await notePicture(photos[index]?.sha256 ?? "", { state });
  const [applied, refused] = [await keep({ kind: "accept", visit: "a", data: {} }), await keep({ kind: "depart", visit: "a", data: {} })];
  const about = { code: null, detail: null, happened_at: null, facts: {} };
  await settle([
    { ...about, id: applied.id, outcome: "applied" },
    { ...about, id: refused.id, outcome: "refused" },
  ]);
  return { waiting: (await keep({ kind: "arrive", visit: "a", data: {} })).id, photo: photos[3]?.sha256 ?? "" };
}

async function onlyWhatWaits({ waiting, photo }: { readonly waiting: string; readonly photo: string }): Promise<void> {
  const db = await database();
  expect(await db.count("documents")).toBe(0);
  expect((await entriesOf(ANA.user)).map((one) => one.id)).toEqual([waiting]);
  expect(await db.getAllKeys("pictures")).toEqual([photo]);
  expect(await db.getAllKeys("bytes")).toEqual([photo]);
  expect((await picture(photo))?.state).toBe("waiting");
  expect(dropped).toHaveBeenCalledWith("fieldwright.map-area");
}

test("when the day is over nothing of it is left but what waits to be sent", async () => {
  const kept = await ofEach();

  await forgetDay();

  await onlyWhatWaits(kept);
  expect((await (await database()).getAllKeys("meta")).sort()).toEqual(["clock", "device", "nonce", "push"]);
});

test("of a person nothing is left but what waits to be sent, not even where they were or how long they worked", async () => {
  const kept = await ofEach();

  await writing(EVERYTHING, forgetPerson);
  await (await import("../map/kept-bytes")).dropKept();

  await onlyWhatWaits(kept);
  expect((await (await database()).getAllKeys("meta")).sort()).toEqual(["device", "push"]);
  expect(await (await database()).count("fixes")).toBe(0);
});

test("a tap after everything was let go of stands behind the taps before", async () => {
  const first = await keep({ kind: "accept", visit: "a", data: {} });
  await settle([{ id: first.id, outcome: "applied", code: null, detail: null, happened_at: null, facts: {} }]);
  await forgetDay();

  expect((await keep({ kind: "depart", visit: "a", data: {} })).seq).toBeGreaterThanOrEqual(first.seq);
});
