/** Taps in their order, and what became of them. Each is on the disk before the screen says that it was made. */

import type { Entry, Fate, Receipt } from "../sync/actions";
import { fitting } from "../sync/limits";
import { database, type Stores, type Writing, writing } from "./database";
import { recalled } from "./meta";
import type { Taken } from "./pictures";
import { finding } from "./room";

/** What is tapped: all of an entry that is not found out while it is kept. */
export type Tap = Pick<Entry, "kind" | "visit" | "data">;

/** This run of the app: its monotonic clock starts with it. */
const RUN = crypto.randomUUID();

/** Nobody is signed in: whose tap it is cannot be said. */
export class NobodyThere extends Error {}

/** Keep one tap, see {@link keepAll}. */
export async function keep(tap: Tap, pictures: readonly Taken[] = []): Promise<Entry> {
  const [entry] = await keepAll([tap], pictures);
  return entry as Entry;
}

/**
 * Keep taps in their order, and with them pictures that they speak of, in one transaction: all of it is kept, or, where
 * the app is closed in between, nothing. Throws Full where the phone has no room, and has kept nothing then.
 */
export async function keepAll(taps: readonly Tap[], pictures: readonly Taken[] = []): Promise<Entry[]> {
  return await finding(() =>
    writing(["outbox", "pictures", "bytes", "meta"], async (transaction) => {
      const device = await recalled(transaction, "device");
      if (device === undefined) throw new NobodyThere("Sign in first.");
      const clock = await recalled(transaction, "clock");
      const store = transaction.objectStore("outbox");
      const known = await store.getAll();
      const at = Date.now();
      const happened = clock === undefined ? at : Date.parse(clock.now) + Math.max(0, at - clock.at) * clock.pace;
      const made: Entry[] = [];
      for (const tap of taps) {
        const before = [...known, ...made];
        const entry: Entry = {
          ...tap,
          data: fitting(tap.kind, tap.data),
          // Never one that was used before, also where everything was let go of meanwhile: what was read goes by it.
          seq: Math.max(at, ...before.map((one) => one.seq + 1)),
          id: crypto.randomUUID(),
          user: device.user,
          at: new Date(at).toISOString(),
          happened: new Date(happened).toISOString(),
          after: previous(before, device.user, tap.visit),
          run: RUN,
          tick: performance.now(),
          fate: "waiting",
          receipt: null,
          settled: null,
          told: false,
        };
        await store.add(entry);
        made.push(entry);
      }
      for (const one of pictures) await addPicture(transaction, one, device.user);
      return made;
    }),
  );
}

/** The last tap about the same visit, or about duty, that the server may not have yet: it has to come first. */
function previous(before: readonly Entry[], user: string, visit: string | null): string | null {
  const last = [...before].reverse().find((one) => one.user === user && one.visit === visit);
  return last !== undefined && last.receipt === null ? last.id : null;
}

/** Keep pictures that no tap speaks of yet. */
export async function keepPicture(one: Taken): Promise<void> {
  await finding(() =>
    writing(["pictures", "bytes", "meta"], async (transaction) => {
      const device = await recalled(transaction, "device");
      if (device === undefined) throw new NobodyThere("Sign in first.");
      await addPicture(transaction, one, device.user);
    }),
  );
}

/** A picture that is here already stays as it is: its digest says that it is the same. A lost one is found again. */
async function addPicture<Names extends Stores>(transaction: Writing<Names>, one: Taken, user: string): Promise<void> {
  const stores = transaction as unknown as Writing<["pictures", "bytes"]>;
  const { bytes, ...about } = one;
  const known = await stores.objectStore("pictures").get(one.sha256);
  if (known !== undefined && known.state !== "lost") return;
  if (known === undefined) await stores.objectStore("pictures").add({ ...about, user });
  else await stores.objectStore("pictures").put({ ...about, user });
  await stores.objectStore("bytes").put(bytes, one.sha256);
}

/** All taps of one user, in their order. */
export async function entriesOf(user: string): Promise<Entry[]> {
  return (await (await database()).getAll("outbox")).filter((one) => one.user === user);
}

/** What the server has not answered yet. */
export async function waitingOf(user: string): Promise<Entry[]> {
  return (await entriesOf(user)).filter((one) => one.fate === "waiting");
}

/** Seconds since the tap by the monotonic clock, where this phone's clock was put back meanwhile; else null. */
export function elapsed(entry: Entry): number | null {
  if (entry.run !== RUN) return null;
  const ticked = performance.now() - entry.tick;
  // A monotonic clock may stand still while the phone sleeps, but it never runs too fast.
  return Date.now() - Date.parse(entry.at) < ticked - 1000 ? Math.round(ticked) / 1000 : null;
}

/** Write down what the server has answered. `waiting` changes nothing: it is sent again. */
export async function settle(receipts: readonly Receipt[]): Promise<void> {
  const fates: Readonly<Record<string, Fate>> = { applied: "sent", refused: "refused" };
  await writing(["outbox"], async (transaction) => {
    const store = transaction.objectStore("outbox");
    for (const receipt of receipts) {
      const fate = fates[receipt.outcome];
      const entry = await store.index("id").get(receipt.id);
      if (fate === undefined || entry === undefined || entry.fate !== "waiting") continue;
      await store.put({ ...entry, fate, receipt, settled: new Date().toISOString() });
    }
  });
}
