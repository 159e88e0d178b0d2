/** What to do when the phone's disk is full: let go of what the server has, then say so; a tap is never lost in silence. */

import { letGo } from "./pictures";

/** There is no room on this phone, and nothing left to let go of. */
export class Full extends Error {
  constructor() {
    super("There is no room left on this phone: nothing was kept. Delete something else from it, and tap again.");
  }
}

export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/** So much is freed at once: room for many taps, or for one picture. */
const ENOUGH = 4_000_000;

/** Do it; where the disk is full, let go of sent pictures and do it again. Throws Full where that does not help. */
export async function finding<Made>(work: () => Promise<Made>): Promise<Made> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error)) throw error;
      if ((await letGo(ENOUGH)) === 0) throw new Full();
    }
  }
}

/** Ask the browser to keep what is here when the disk runs low; answers whether it will. */
export async function keepForGood(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}

/** How much is used and how much there is, in bytes; null where the browser does not say. */
export async function room(): Promise<{ used: number; all: number } | null> {
  const estimate = await navigator.storage?.estimate?.();
  if (estimate?.usage === undefined || estimate.quota === undefined) return null;
  return { used: estimate.usage, all: estimate.quota };
}
