/** What is fixed of the plan besides single visits: territories in which nothing moves, and the freeze that somebody set. */

import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { live, useBoardPart } from "../live";
import { tell } from "../notices";
import { ask, change, type Shape } from "../request";
import { did } from "../undo";
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

const pathOf = (territory: string): string => `/api/v1/territories/${territory}/lock`;

function changed(): void {
  changes += 1;
  for (const listener of listeners) listener();
  live.hurry();
}

async function put(path: string, wanted: Wanted | null): Promise<void> {
  const body = wanted === null ? undefined : { until: wanted.until.toISOString(), because: wanted.because };
  await change(body === undefined ? "DELETE" : "PUT", path, body);
  changed();
}

const wantedOf = (lock: { readonly until: string; readonly because: string } | null): Wanted | null =>
  lock === null ? null : { until: new Date(lock.until), because: lock.because };

/** Lock a territory, or end its lock (null). What was there before comes back when it is undone. */
export async function lock(territory: string, wanted: Wanted | null, before: Lock | null, title: string): Promise<void> {
  await put(pathOf(territory), wanted);
  tell(title);
  did({ title, undo: () => put(pathOf(territory), wantedOf(before)) });
}

/** Freeze the plan before an instant, or end the freeze (null). */
export async function freeze(wanted: Wanted | null, before: Locks["fence"], title: string): Promise<void> {
  const send = async (what: Wanted | null): Promise<void> => {
    await change("PUT", "/api/v1/plans/fence", { until: what?.until.toISOString() ?? null, because: what?.because ?? "" });
    changed();
  };
  await send(wanted);
  tell(title);
  did({ title, undo: () => send(wantedOf(before)) });
}
