/**
 * Letting go of a day, and of a person. What still waits to be sent stays, under the name of who tapped it; nothing
 * else of one person's day is left for the next who takes the phone in hand.
 */

import { dropKept } from "../map/kept-bytes";
import { type Writing, writing } from "./database";
import type { Meta } from "./meta";

export const EVERYTHING: ["meta", "documents", "outbox", "pictures", "bytes", "fixes"] = [
  "meta",
  "documents",
  "outbox",
  "pictures",
  "bytes",
  "fixes",
];

/** What outlives a day: whose phone it is, how it proves that, and what tells of no work. Anything else goes. */
const BEYOND_DAY: ReadonlySet<string> = new Set<keyof Meta>(["device", "key", "nonce", "clock", "contact", "trouble", "wiped", "push"]);
/** What outlives a person: this browser's key, and what the last device was, so that the next sign-in can tell. */
const BEYOND_PERSON: ReadonlySet<string> = new Set<keyof Meta>(["device", "key", "wiped", "push"]);

/** Forget the day when its time is over. */
export async function forgetDay(): Promise<void> {
  await writing(EVERYTHING, (transaction) => letGoIn(transaction, BEYOND_DAY));
  await dropKept();
}

/** Forget all that is of the person who was signed in, their whereabouts too; inside of a transaction. Then {@link dropKept}. */
export async function forgetPerson(transaction: Writing<typeof EVERYTHING>): Promise<void> {
  await letGoIn(transaction, BEYOND_PERSON);
  await transaction.objectStore("fixes").clear();
}

async function letGoIn(transaction: Writing<typeof EVERYTHING>, beyond: ReadonlySet<string>): Promise<void> {
  const [meta, outbox] = [transaction.objectStore("meta"), transaction.objectStore("outbox")];
  const [pictures, bytes] = [transaction.objectStore("pictures"), transaction.objectStore("bytes")];
  for (const name of await meta.getAllKeys()) if (!beyond.has(name)) await meta.delete(name);
  await transaction.objectStore("documents").clear();
  for (const one of await outbox.getAll()) if (one.fate !== "waiting") await outbox.delete(one.seq);
  for (const one of await pictures.getAll()) if (one.state !== "waiting") await pictures.delete(one.sha256);
  const waiting = new Set(await pictures.getAllKeys());
  for (const digest of await bytes.getAllKeys()) if (!waiting.has(digest)) await bytes.delete(digest);
}
