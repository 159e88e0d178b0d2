/** Which of the shell's dialogs is open: the palette, or the help of keys. */

import { useSyncExternalStore } from "react";

export type Opened = "palette" | "commands" | "keys" | null;

let opened: Opened = null;
const listeners = new Set<() => void>();

export function open(what: Opened): void {
  opened = what;
  for (const listener of listeners) listener();
}

export function useOpened(): Opened {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
}
