import { beforeEach, expect, test, vi } from "vitest";
import { ANA, freshPhone, pictureOf } from "../testing/made";
import { database } from "./database";
import { keep, keepPicture, waitingOf } from "./outbox";
import { notePicture, picture } from "./pictures";
import { Full } from "./room";

beforeEach(() => freshPhone());

/** The disk takes nothing until so many pictures are left. */
async function fullUntil(left: number): Promise<void> {
  const db = await database();
  const add = IDBObjectStore.prototype.add;
  const counted = vi.spyOn(IDBObjectStore.prototype, "add");
  let pictures = await db.count("pictures");
  const remove = IDBObjectStore.prototype.delete;
  vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(function (this: IDBObjectStore, key) {
    if (this.name === "pictures") pictures -= 1;
    return remove.call(this, key);
  });
  counted.mockImplementation(function (this: IDBObjectStore, value, key) {
    if (pictures > left) throw new DOMException("There is no room.", "QuotaExceededError");
    return key === undefined ? add.call(this, value) : add.call(this, value, key);
  });
}

test("when the disk is full the oldest pictures that the server has are let go, and the tap is kept", async () => {
  const [old, newer, waiting] = [
    await pictureOf(1000, "2026-11-23T08:00:00Z"),
    await pictureOf(5_000_000, "2026-11-23T07:00:00Z"),
    await pictureOf(3000, "2026-11-23T06:00:00Z"),
  ];
  for (const one of [old, newer, waiting]) await keepPicture(one);
  await notePicture(old.sha256, { state: "sent" });
  await notePicture(newer.sha256, { state: "sent" });
  await fullUntil(2);

  await keep({ kind: "accept", visit: "a", data: {} });

  expect(await waitingOf(ANA.user)).toHaveLength(1);
  expect(await picture(newer.sha256)).toBeUndefined();
  expect(await picture(old.sha256)).toBeDefined();
  expect(await picture(waiting.sha256)).toBeDefined();
});

test("when nothing can be let go it is said, and nothing is half kept", async () => {
  const waiting = await pictureOf(3000);
  await keepPicture(waiting);
  await fullUntil(0);

  const photo = await pictureOf(4000);
  await expect(keep({ kind: "attach", visit: "a", data: { sha256: photo.sha256, purpose: "photo" } }, [photo])).rejects.toThrow(Full);

  expect(await waitingOf(ANA.user)).toHaveLength(0);
  expect(await picture(photo.sha256)).toBeUndefined();
  expect(await picture(waiting.sha256)).toBeDefined();
});
