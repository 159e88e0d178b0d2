/** Taking what the server tells of the day, in one transaction with the cursor that stands behind it. */

import type { Changes, Document } from "../day/documents";
import { writing } from "./database";
import { recall, recalled } from "./meta";
import { letGo } from "./pictures";
import { finding } from "./room";

/** What was tapped longer ago than a day and is settled is forgotten. */
const REMEMBERED_MS = 26 * 3600_000;
const MOST_REMEMBERED = 300;

/**
 * Put what has changed over what is here. `asked`: who and when; what had its receipt before that is told of in the
 * answer. With another day, the pictures of the last one go, as far as the server has them.
 */
export async function take(changes: Changes, asked: { readonly at: number; readonly user: string }): Promise<void> {
  const before = await recall("day");
  await put(changes, asked);
  if (before !== undefined && before.date !== changes.date) await letGo(Number.POSITIVE_INFINITY);
}

async function put(changes: Changes, asked: { readonly at: number; readonly user: string }): Promise<void> {
  const now = Date.now();
  await finding(() =>
    writing(["documents", "meta", "outbox"], async (transaction) => {
      const documents = transaction.objectStore("documents");
      const meta = transaction.objectStore("meta");
      // Somebody else has signed in meanwhile: this is no answer to them.
      if ((await recalled(transaction, "device"))?.user !== asked.user) return;
      if (changes.full) await documents.clear();
      for (const one of changes.documents) await documents.put(one as Document);
      for (const { id } of changes.gone) await documents.delete(id);

      const day = await recalled(transaction, "day");
      const news = changes.gone.filter(({ id }) => id.startsWith("visit:"));
      const gone = day?.date === changes.date ? ((await recalled(transaction, "gone")) ?? []) : [];
      const here = new Set(changes.documents.map((one) => one.id));
      const kept = gone.filter(({ id }) => !here.has(id) && !news.some((one) => one.id === id));
      await meta.put([...kept, ...news], "gone");

      await meta.put(changes.cursor, "cursor");
      await meta.put({ now: changes.now, at: now, pace: changes.pace }, "clock");
      const left = (Date.parse(changes.expires_at) - Date.parse(changes.now)) / Math.max(changes.pace, 1e-6);
      await meta.put({ date: changes.date, forget: now + Math.max(0, left) }, "day");
      const contact = await recalled(transaction, "contact");
      await meta.put({ sent: contact?.sent ?? null, heard: new Date(now).toISOString() }, "contact");

      const outbox = transaction.objectStore("outbox");
      const entries = await outbox.getAll();
      const settled = entries.filter((one) => one.user === asked.user && one.fate !== "waiting");
      for (const [index, one] of settled.entries()) {
        const when = Date.parse(one.settled ?? one.at);
        const old = when < now - REMEMBERED_MS || index < settled.length - MOST_REMEMBERED;
        if (old && one.told) await outbox.delete(one.seq);
        else if (!one.told && when <= asked.at) await outbox.put({ ...one, told: true });
      }
    }),
  );
}
