/** Pictures until they are on the server, and for as long as there is room after that. */

import type { Instant, Purpose } from "../day/documents";
import { database, writing } from "./database";

/** What is known of a picture; what it shows is kept apart, so that reading the list reads no megabytes. */
export interface Picture {
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
  readonly user: string;
  readonly purpose: Purpose;
  readonly type: "image/jpeg" | "image/png" | "image/webp";
  /** Bytes. */
  readonly size: number;
  readonly at: Instant;
  /** How many bytes the server has; null: it has never been asked. */
  readonly offset: number | null;
  /**
   * `refused`: the server does not want it, `why` says the reason. `lost`: what it shows is not on this phone any more,
   * and the server has not got it; it has to be taken again.
   */
  readonly state: "waiting" | "sent" | "refused" | "lost";
  readonly why: string | null;
}

/** A picture that has just been taken, whole. */
export interface Taken extends Omit<Picture, "user"> {
  readonly bytes: ArrayBuffer;
}

/** The bytes of a digest; a second picture with the same content is the same picture. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** A picture as it was taken; undefined where it is not, or no longer, on this phone. */
export async function picture(digest: string): Promise<(Picture & { readonly bytes: ArrayBuffer }) | undefined> {
  const transaction = (await database()).transaction(["pictures", "bytes"]);
  const [known, bytes] = await Promise.all([
    transaction.objectStore("pictures").get(digest),
    transaction.objectStore("bytes").get(digest),
  ]);
  return known === undefined || bytes === undefined ? undefined : { ...known, bytes };
}

export async function notePicture(digest: string, news: Partial<Pick<Picture, "offset" | "state" | "why">>): Promise<void> {
  await writing(["pictures"], async (transaction) => {
    const store = transaction.objectStore("pictures");
    const known = await store.get(digest);
    if (known !== undefined) await store.put({ ...known, ...news });
  });
}

/** What waits to be sent of one user, in the order in which it was taken. */
export async function waitingPictures(user: string): Promise<Picture[]> {
  const all = await (await database()).getAll("pictures");
  return all
    .filter((one) => one.user === user && one.state === "waiting")
    .sort((one, other) => one.at.localeCompare(other.at));
}

/** Nothing more is to become of a picture, such as of one that was taken again. */
export async function dropPicture(digest: string): Promise<void> {
  await writing(["pictures", "bytes"], async (transaction) => {
    await transaction.objectStore("pictures").delete(digest);
    await transaction.objectStore("bytes").delete(digest);
  });
}

/** Let go of the oldest pictures that the server has, until `bytes` are free; answers how many were. */
export async function letGo(bytes: number): Promise<number> {
  return await writing(["pictures", "bytes"], async (transaction) => {
    const store = transaction.objectStore("pictures");
    const sent = (await store.getAll()).filter((one) => one.state === "sent");
    let freed = 0;
    for (const one of sent.sort((a, b) => a.at.localeCompare(b.at))) {
      if (freed >= bytes) break;
      freed += one.size;
      await store.delete(one.sha256);
      await transaction.objectStore("bytes").delete(one.sha256);
    }
    return freed;
  });
}
