/** What is kept here, as the screens see it: read again whenever any tab or the service worker has changed it. */

import { useMemo, useSyncExternalStore } from "react";
import { asAsked, whenAsked } from "../day/asking";
import { dayOf, type Day } from "../day/day";
import type { Document, VisitDocument } from "../day/documents";
import { foreseen } from "../day/optimistic";
import { operationTime } from "../day/time";
import { database } from "../store/database";
import type { Meta } from "../store/meta";
import type { Picture } from "../store/pictures";
import type { Entry } from "./actions";
import { listen } from "./news";
import { type Standing, standingNow, watchStanding } from "./turns";

/** How a picture stands, without its bytes. */
export interface PictureStanding {
  readonly sha256: string;
  readonly state: Picture["state"];
  readonly why: string | null;
  readonly size: number;
  readonly offset: number | null;
}

export interface Kept {
  /** With what was tapped applied to them, and as they stand by now. */
  readonly documents: readonly Document[];
  /** Of who is signed in, in their order. */
  readonly outbox: readonly Entry[];
  readonly pictures: readonly PictureStanding[];
  readonly meta: Readonly<Partial<Meta>>;
  /** Taps of somebody else, who was signed in before and whom they wait for. */
  readonly locked: number;
}

let kept: Kept | null = null;
let stopWaiting = (): void => undefined;
const watchers = new Set<() => void>();
let reading: Promise<void> | null = null;
let again = false;
let following = false;

/** Read everything anew; while that is done, once more after it. */
export function readAgain(): Promise<void> {
  if (reading !== null) {
    again = true;
    return reading;
  }
  reading = read().finally(() => {
    reading = null;
    if (again) {
      again = false;
      void readAgain();
    }
  });
  return reading;
}

async function read(): Promise<void> {
  const transaction = (await database()).transaction(["documents", "outbox", "pictures", "meta"]);
  const [documents, outbox, pictures, names, values] = await Promise.all([
    transaction.objectStore("documents").getAll(),
    transaction.objectStore("outbox").getAll(),
    transaction.objectStore("pictures").getAll(),
    transaction.objectStore("meta").getAllKeys(),
    transaction.objectStore("meta").getAll(),
  ]);
  const meta = Object.fromEntries(names.map((name, index) => [name, values[index]])) as Partial<Meta>;
  const mine = outbox.filter((one) => one.user === meta.device?.user);
  const known = foreseen(documents, mine);
  kept = {
    documents: asAsked(known, operationTime(meta.clock).getTime()),
    outbox: mine,
    pictures: pictures
      .filter((one) => one.user === meta.device?.user)
      .map(({ sha256, state, why, size, offset }) => ({ sha256, state, why, size, offset })),
    meta,
    locked: outbox.filter((one) => one.user !== meta.device?.user && one.fate === "waiting").length,
  };
  for (const watcher of watchers) watcher();
  stopWaiting();
  stopWaiting = whenAsked(known, meta.clock, (asked) => {
    if (kept !== null) kept = { ...kept, documents: asked };
    for (const watcher of watchers) watcher();
  });
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (!following) {
    following = true;
    listen((news) => {
      if (news === "changed") void readAgain();
    });
    void readAgain();
  }
  return () => void watchers.delete(watcher);
}

/** Everything that is kept; null until it has been read for the first time. */
export function useKept(): Kept | null {
  return useSyncExternalStore(watch, () => kept);
}

/** The documents, with what was tapped applied to them. */
export function useDocuments(): readonly Document[] {
  return useKept()?.documents ?? NONE;
}
const NONE: readonly Document[] = [];

/** The day as the screens show it. */
export function useDay(): Day {
  const documents = useDocuments();
  return useMemo(() => dayOf(documents), [documents]);
}

/** One visit; null where it is not, or no longer, on this phone. */
export function useVisit(visit: string): VisitDocument | null {
  const found = useDocuments().find((one) => one.kind === "visit" && one.visit === visit);
  return found?.kind === "visit" ? found : null;
}

/** What was tapped, and what became of it; `visit`: of one visit only. */
export function useOutbox(visit?: string): readonly Entry[] {
  const outbox = useKept()?.outbox;
  return useMemo(() => (outbox ?? []).filter((one) => visit === undefined || one.visit === visit), [outbox, visit]);
}

/** Whether it is synchronising, and how it went last. */
export function useStanding(): Standing {
  return useSyncExternalStore(watchStanding, standingNow);
}
