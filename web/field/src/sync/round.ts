/**
 * One round of synchronising: taps in their order, then what has changed, then where this phone was, then pictures.
 *
 * It may break off anywhere, by a dead spot or a flat battery, and begin again from the start: each tap has an id of
 * its own and is applied once, however often it is sent.
 */

import { Refused, Unreachable } from "@fieldwright/shared/api";
import { codeOf, Revoked, SignedOut } from "../access/request";
import { take } from "../store/changes";
import { database, writing } from "../store/database";
import { forgetDay } from "../store/forgetting";
import { forget, recall, recalled, remember } from "../store/meta";
import { elapsed, settle, waitingOf } from "../store/outbox";
import { notePicture, type Picture, picture, waitingPictures } from "../store/pictures";
import { Full } from "../store/room";
import type { Entry, SentAction } from "./actions";
import { tell } from "./news";
import type { Server } from "./server";
import { wipe } from "./wipe";

/** How a round went. `done`: nothing is left to send. `later`: try again after some time. */
export type Went = "done" | "offline" | "later" | "signed-out" | "wiped" | "full";

const BATCH = 50;
/** The server reads no request of more than 2 MB. */
const BATCH_BYTES = 1_000_000;
const FIXES = 200;
const CHUNK = 512 * 1024;
/** When the server takes taps, and pictures, again, having said that so many are too many; by this phone's clock. */
const notBefore = { taps: 0, pictures: 0 };
const LONGEST_PATIENCE_MS = 3600_000;

/** The server has said 429: remember until when (`Retry-After`). Answers whether that is what it has said. */
function isToWait(what: keyof typeof notBefore, error: unknown): boolean {
  if (!(error instanceof Refused && error.status === 429)) return false;
  const seconds = error.problem.retry_after;
  const wait = typeof seconds === "number" ? seconds * 1000 : 60_000;
  notBefore[what] = Date.now() + Math.min(wait, LONGEST_PATIENCE_MS);
  return true;
}

/** Nothing is waited for; a clock that was put back does not make it longer than what was said. */
function mayGo(what: keyof typeof notBefore): boolean {
  return Date.now() >= notBefore[what] || notBefore[what] - Date.now() > LONGEST_PATIENCE_MS;
}

export async function round(server: Server): Promise<Went> {
  const device = await recall("device");
  if (device === undefined || device.token === null) return "signed-out";
  try {
    const all = await push(server, device.user);
    await pull(server, device.user);
    await report(server);
    await upload(server, device.user);
    if ((await recall("trouble")) !== undefined) await forget("trouble");
    return all && (await waitingOf(device.user)).length === 0 ? "done" : "later";
  } catch (error) {
    return await wentWrong(error, device.token);
  } finally {
    tell("changed");
  }
}

/** Send what waits. Answers whether everything has a receipt. */
async function push(server: Server, user: string): Promise<boolean> {
  if (!mayGo("taps")) return false;
  let left = await waitingOf(user);
  let many = BATCH;
  while (left.length > 0) {
    try {
      const { receipts } = await server.act(batch(left, many), new Date().toISOString());
      await settle(receipts);
      notBefore.taps = 0;
    } catch (error) {
      if (isToWait("taps", error)) return false; // the day is asked for all the same
      if (many === 1 || !isTooMuch(error)) throw error;
      many = Math.ceil(Math.min(many, left.length) / 2);
      continue;
    }
    const contact = await recall("contact");
    const now = new Date().toISOString();
    await remember("contact", { heard: contact?.heard ?? null, sent: now });
    tell("changed");
    const before = left.length;
    left = await waitingOf(user);
    // Nothing moves: each waits for one that the server does not have, and has been told so.
    if (left.length >= before) return false;
  }
  return true;
}

/** The first of what is left: so many at most, and no more bytes than one request may have. */
function batch(left: readonly Entry[], many: number): SentAction[] {
  const actions: SentAction[] = [];
  let size = 0;
  for (const one of left.slice(0, many).map(sent)) {
    size += new TextEncoder().encode(JSON.stringify(one)).byteLength;
    if (actions.length > 0 && size > BATCH_BYTES) break;
    actions.push(one);
  }
  return actions;
}

function sent(entry: Entry): SentAction {
  const { id, kind, visit, at, after, data } = entry;
  return { id, kind, visit, at, after, elapsed: elapsed(entry), data };
}

async function pull(server: Server, user: string): Promise<void> {
  const at = Date.now();
  await take(await server.changes((await recall("cursor")) ?? null), { at, user });
}

/** Send where this phone was. What the server does not keep, such as off duty, it drops and says so; that is the end. */
async function report(server: Server): Promise<void> {
  for (;;) {
    const transaction = (await database()).transaction("fixes");
    const [keys, fixes] = [await transaction.store.getAllKeys(null, FIXES), await transaction.store.getAll(null, FIXES)];
    if (fixes.length === 0) return;
    try {
      await server.positions(fixes);
    } catch (error) {
      if (!isFinal(error)) throw error;
    }
    await writing(["fixes"], async (removing) => {
      for (const key of keys) await removing.objectStore("fixes").delete(key);
    });
  }
}

/** Send pictures, the oldest first, each from where it stood still. */
async function upload(server: Server, user: string): Promise<void> {
  if (!mayGo("pictures")) return;
  for (const one of await waitingPictures(user)) {
    try {
      await uploadOne(server, one);
      notBefore.pictures = 0;
    } catch (error) {
      if (isToWait("pictures", error)) return;
      if (!isFinal(error)) throw error;
      await notePicture(one.sha256, { state: "refused", why: (error as Refused).message });
    }
    tell("changed");
  }
}

async function uploadOne(server: Server, one: Picture): Promise<void> {
  let { offset, complete } = await server.announce(one);
  const bytes = (await picture(one.sha256))?.bytes;
  let conflicts = 0;
  while (!complete) {
    if (bytes === undefined) {
      // The browser has lost what it shows, and the server has not got it: only the camera can bring it back.
      await notePicture(one.sha256, { state: "lost" });
      return;
    }
    await notePicture(one.sha256, { offset });
    try {
      ({ offset, complete } = await server.append(one, offset, bytes.slice(offset, offset + CHUNK)));
    } catch (error) {
      // What was sent has come, and its answer has not; or another tab sends it as well: ask where to go on.
      if (!(error instanceof Refused && error.status === 409) || ++conflicts > 3) throw error;
      ({ offset, complete } = await server.announce(one));
    }
  }
  await notePicture(one.sha256, { offset: one.size, state: "sent" });
}

/** The server has understood and does not want it: sending it again changes nothing. */
function isFinal(error: unknown): boolean {
  return error instanceof Refused && [400, 403, 404, 409, 410, 413, 415, 422].includes(error.status) && codeOf(error) !== "wrong-host";
}

/** The server takes no batch as large as that. */
function isTooMuch(error: unknown): boolean {
  return error instanceof Refused && error.status === 413;
}

async function wentWrong(error: unknown, token: string): Promise<Went> {
  if (error instanceof Revoked) {
    if (!error.wipe) return await signedOut(token);
    if ((await recall("wiped")) === undefined) await wipe();
    return "wiped";
  }
  if (error instanceof SignedOut) return await signedOut(token);
  if (error instanceof Full) {
    await remember("trouble", "full");
    return "full";
  }
  if (error instanceof Unreachable) return "offline";
  if (error instanceof Refused) return "later";
  throw error;
}

/** The token is worth nothing any more. What was tapped stays; the same person signs in again and it goes on. */
async function signedOut(token: string): Promise<Went> {
  await writing(["meta"], async (transaction) => {
    const device = await recalled(transaction, "device");
    // Meanwhile somebody may have signed in again.
    if (device?.token === token) await transaction.objectStore("meta").put({ ...device, token: null }, "device");
  });
  return "signed-out";
}

/** Forget the day when its time is over and nobody has told of a newer one; answers whether it was. */
export async function expire(): Promise<boolean> {
  const day = await recall("day");
  if (day === undefined || Date.now() < day.forget) return false;
  await forgetDay();
  tell("changed");
  return true;
}
