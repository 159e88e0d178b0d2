/** What this phone keeps: the day, taps with what became of them, pictures, and who it belongs to. IndexedDB. */

import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import type { Document } from "../day/documents";
import type { Entry } from "../sync/actions";
import type { Meta } from "./meta";
import type { Picture } from "./pictures";
import type { Fix } from "../duty/fixes";

export const NAME = "fieldwright.field";
const VERSION = 1;

export interface Schema extends DBSchema {
  /** By id, as the server tells them. */
  documents: { key: string; value: Document };
  /** By the order of taps. */
  outbox: { key: number; value: Entry; indexes: { id: string } };
  /** By digest, without what they show. */
  pictures: { key: string; value: Picture };
  /** What they show, by digest. */
  bytes: { key: string; value: ArrayBuffer };
  /** Where the technician was while on duty, until it is sent. */
  fixes: { key: number; value: Fix };
  /** One row for each thing, see meta.ts. */
  meta: { key: string; value: Meta[keyof Meta] };
}

export type Database = IDBPDatabase<Schema>;
export type Stores = StoreNames<Schema>[];
export type Writing<Names extends Stores> = IDBPTransaction<Schema, Names, "readwrite">;

let opened: Promise<Database> | null = null;

/** The database of this origin, opened once. */
export function database(): Promise<Database> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Database> {
  return await openDB<Schema>(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("documents", { keyPath: "id" });
      db.createObjectStore("outbox", { keyPath: "seq" }).createIndex("id", "id", { unique: true });
      db.createObjectStore("pictures", { keyPath: "sha256" });
      db.createObjectStore("bytes");
      db.createObjectStore("fixes", { autoIncrement: true });
      db.createObjectStore("meta");
    },
    // A newer version of the app opens it, or it is being wiped: let go, and open it anew when it is needed.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated() {
      opened = null;
    },
  });
}

/** Close it, so that it can be deleted. */
export async function closeDatabase(): Promise<void> {
  const db = await opened?.catch(() => null);
  opened = null;
  db?.close();
}

/**
 * One transaction that is on the disk before the answer comes ("strict": a flat battery the moment after takes nothing).
 *
 * `work` may await nothing but the transaction's own requests. Throws what the browser says when there is no room
 * (`QuotaExceededError`, see room.ts); nothing is written then.
 */
export async function writing<Names extends Stores, Made>(
  stores: Names,
  work: (transaction: Writing<Names>) => Promise<Made>,
): Promise<Made> {
  const db = await database();
  const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
  try {
    const made = await work(transaction);
    await transaction.done;
    return made;
  } catch (error) {
    // What made the transaction fail says more than that it was aborted.
    transaction.done.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    throw transaction.error ?? error;
  }
}
