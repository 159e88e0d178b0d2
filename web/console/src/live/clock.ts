/** The operation's clock: it ticks as the server says, in the sample faster than on the wall. */

import { useSyncExternalStore } from "react";

let at = Date.now();
let since = performance.now();
let pace = 1;
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** What the server said the time is, and how many seconds of the operation pass in one of ours. */
export function setClock(now: string, speed: number): void {
  at = Date.parse(now);
  since = performance.now();
  pace = speed;
  tell();
}

/** The operation's time, milliseconds since 1970. */
export function operationNow(): number {
  return at + (performance.now() - since) * pace;
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(tell, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** The operation's time in milliseconds, rounded down to a grain: who needs minutes draws once a minute. */
export function useNow(grain = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(operationNow() / grain) * grain);
}
