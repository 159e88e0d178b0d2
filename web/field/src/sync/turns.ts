/** Synchronising in turns: one at a time among all tabs and the service worker, again after a while where it must be. */

import { tell } from "./news";
import { expire, round, type Went } from "./round";
import { SERVER, type Server } from "./server";

const LOCK = "fieldwright.field.sync";
/** While the app is open it asks so often. */
const EVERY_MS = 20_000;
/** Waiting times after failures, the last one over and over. */
const BACK_OFF_MS = [2_000, 5_000, 10_000, 20_000] as const;

/** How it goes, for the line that says so. */
export interface Standing {
  readonly busy: boolean;
  readonly went: Went | null;
}

let standing: Standing = { busy: false, went: null };
const watching = new Set<() => void>();
let running: Promise<Went> | null = null;
let queued: Promise<Went> | null = null;

export function standingNow(): Standing {
  return standing;
}

export function watchStanding(watcher: () => void): () => void {
  watching.add(watcher);
  return () => void watching.delete(watcher);
}

function stand(next: Standing): void {
  standing = next;
  for (const watcher of watching) watcher();
}

/**
 * Synchronise now; while a round is under way, one more is made after it, for what was tapped meanwhile.
 */
export function synchronise(server: Server = SERVER): Promise<Went> {
  if (running === null) {
    running = alone(server).finally(() => (running = null));
    return running;
  }
  queued ??= running
    .catch(() => undefined)
    .then(() => {
      queued = null;
      return synchronise(server);
    });
  return queued;
}

async function alone(server: Server): Promise<Went> {
  stand({ ...standing, busy: true });
  let went: Went = "later";
  try {
    went = await locked(async () => {
      await expire();
      return await round(server);
    });
    return went;
  } finally {
    stand({ busy: false, went });
  }
}

async function locked<Made>(work: () => Promise<Made>): Promise<Made> {
  // Where a browser has no locks (Safari before 15.4), rounds may overlap: the server takes each tap once all the same.
  if (navigator.locks === undefined) return await work();
  return (await navigator.locks.request(LOCK, work)) as Made;
}

/** Synchronise for as long as the app is open: now, every 20 s, when the network or the eyes come back. */
export function keepInStep(server: Server = SERVER): () => void {
  let failures = 0;
  let due: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function go(): Promise<void> {
    clearTimeout(due);
    const went = await synchronise(server).catch((error: unknown) => {
      console.error(error);
      return "later" as const;
    });
    if (stopped) return;
    failures = went === "done" || went === "signed-out" || went === "wiped" ? 0 : failures + 1;
    const wait = failures === 0 ? EVERY_MS : (BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? EVERY_MS);
    clearTimeout(due);
    // Phones that lost the network together do not all come back in the same moment.
    due = setTimeout(() => void go(), wait * (0.85 + 0.3 * Math.random()));
  }
  const now = (): void => void go();
  const seen = (): void => {
    if (document.visibilityState === "visible") void go();
  };
  addEventListener("online", now);
  document.addEventListener("visibilitychange", seen);
  void go();
  return () => {
    stopped = true;
    clearTimeout(due);
    removeEventListener("online", now);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Something was tapped: send it, and let the browser send it should the app be closed before. */
export function somethingToSend(): void {
  tell("changed");
  void synchronise().catch((error: unknown) => console.error(error));
  void navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => undefined);
}
