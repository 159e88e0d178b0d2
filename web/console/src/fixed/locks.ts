/** What is fixed of the plan besides single visits: territories in which nothing moves, and the freeze that somebody set. */

import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { live, useBoardPart } from "../live";
import { tell } from "../notices";
import { ask, change, type Shape } from "../request";
import { did, type Kept, takeBack } from "../undo";
import type { Words } from "../words";
import type { FixedKey } from "./texts";

export type Locks = Shape<"LocksShape">;
export type Lock = Locks["territories"][number];

export interface Wanted {
  readonly until: Date;
  readonly because: string;
}

/** How often this page has set or ended one: undone at once, the board may never have heard of a lock. */
let changes = 0;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Read anew whenever this page has changed one, or the board says that a lock or the fence is another one. */
export function useLocks(): UseQueryResult<Locks> {
  const mark = useBoardPart((board) => `${board?.fence ?? ""} ${board?.territories.map((one) => `${one.locked_until ?? ""}${one.locked_because ?? ""}`).join() ?? ""}`);
  const ours = useSyncExternalStore(subscribe, () => changes);
  return useQuery({
    queryKey: ["locks", mark, ours],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<Locks>("/api/v1/plans/locks", {}, signal),
  });
}

/** A day is named where it is not today's. */
export function whenOf(words: Words<FixedKey>, at: string | Date, now: number): string {
  const date = new Date(at);
  return date.getTime() - now < 12 * 3_600_000 ? words.time(date) : `${words.date(date)} ${words.time(date)}`;
}

function changed(): void {
  changes += 1;
  for (const listener of listeners) listener();
  live.hurry();
}

/** The request that locks a territory, or ends its lock. */
function locking(territory: string, wanted: Wanted | null): Kept {
  const path = `/api/v1/territories/${territory}/lock`;
  return wanted === null ? { method: "DELETE", path } : { method: "PUT", path, body: { until: wanted.until.toISOString(), because: wanted.because } };
}

function freezing(wanted: Wanted | null): Kept {
  return { method: "PUT", path: "/api/v1/plans/fence", body: { until: wanted?.until.toISOString() ?? null, because: wanted?.because ?? "" } };
}

/** Do it, say so, and know how it is taken back. */
async function done({ method, path, body }: Kept, back: Kept, title: string): Promise<void> {
  await change(method, path, body);
  changed();
  tell(title);
  const undo = async (): Promise<void> => {
    await takeBack(back);
    changed();
  };
  did({ title, undo, kept: back });
}

const wantedOf = (lock: { readonly until: string; readonly because: string } | null): Wanted | null =>
  lock === null ? null : { until: new Date(lock.until), because: lock.because };

/** Lock a territory, or end its lock (null). What was there before comes back when it is undone. */
export async function lock(territory: string, wanted: Wanted | null, before: Lock | null, title: string): Promise<void> {
  await done(locking(territory, wanted), locking(territory, wantedOf(before)), title);
}

/** Freeze the plan before an instant, or end the freeze (null). */
export async function freeze(wanted: Wanted | null, before: Locks["fence"], title: string): Promise<void> {
  await done(freezing(wanted), freezing(wantedOf(before)), title);
}

/** The same from elsewhere than the dialog: what stands as it is now is read first, to come back where it is undone. */
export async function freezeNow(until: Date | null, title: string): Promise<void> {
  const { fence } = await ask<Locks>("/api/v1/plans/locks");
  await freeze(until === null ? null : { until, because: "" }, fence, title);
}
