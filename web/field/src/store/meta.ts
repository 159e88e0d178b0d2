/** Single things to remember: whose phone this is, how far it has read, what time it is in the operation. */

import type { MapSource } from "@fieldwright/shared/map/base";
import type { Instant } from "../day/documents";
import type { Sheet } from "../work/time-sheet/sheet";
import { database, type Writing } from "./database";

/** What this phone is to the server, and to whom it belongs. */
export interface Device {
  readonly id: string;
  readonly user: string;
  readonly technician: string;
  readonly name: string;
  /** What the device is called. */
  readonly called: string;
  /** Null: signed out; what was tapped is kept. */
  readonly token: string | null;
  readonly expires_at: Instant;
}

/** The operation's clock: it showed `now` when this phone's showed `at` (milliseconds), and runs `pace` times as fast. */
export interface Clock {
  readonly now: Instant;
  readonly at: number;
  readonly pace: number;
}

export interface Meta {
  device: Device;
  /** Private key that cannot be taken out of this browser, and its public half. */
  key: CryptoKeyPair;
  /** What the server wants to see in the next proof. */
  nonce: string;
  cursor: string;
  clock: Clock;
  /** Of the day that is kept; `forget` is by this phone's clock, milliseconds. */
  day: { readonly date: string; readonly forget: number };
  /** When something was last sent and last heard, by this phone's clock. */
  contact: { readonly sent: Instant | null; readonly heard: Instant | null };
  /** What has gone from the day, with why; shown until the day is over. */
  gone: readonly { readonly id: string; readonly why: string }[];
  /** What went wrong with keeping things, until it works again. */
  trouble: "full" | null;
  /** Taken from the lost: why the screen is empty. */
  wiped: { readonly at: Instant };
  /** The key that the browser's push subscription was made for, and at which sign-in the server was told of it. */
  push: { readonly key: string; readonly told: string };
  /** The time sheet that was read last, by its week. */
  sheets: Readonly<Record<string, Sheet>>;
  /** What maps are drawn from. */
  map: MapSource;
  /** Which area of the map is here as a whole, for which day. */
  area: string;
}

export async function recall<Name extends keyof Meta>(name: Name): Promise<Meta[Name] | undefined> {
  return (await (await database()).get("meta", name)) as Meta[Name] | undefined;
}

export async function remember<Name extends keyof Meta>(name: Name, value: Meta[Name]): Promise<void> {
  await (await database()).put("meta", value, name);
}

export async function forget(name: keyof Meta): Promise<void> {
  await (await database()).delete("meta", name);
}

/** The same inside of a transaction. */
export async function recalled<Name extends keyof Meta>(
  transaction: { objectStore(name: "meta"): Pick<ReturnType<Writing<["meta"]>["objectStore"]>, "get"> },
  name: Name,
): Promise<Meta[Name] | undefined> {
  return (await transaction.objectStore("meta").get(name)) as Meta[Name] | undefined;
}
