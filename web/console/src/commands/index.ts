/** What can be done from the keyboard: every command is in the palette (Ctrl-K) and in the help of keys (?). */

import { useEffect, useRef, useSyncExternalStore } from "react";
import { type Command, Registry } from "./registry";

export type { Command } from "./registry";
export { caps, isWriting } from "./keys";

export const registry = new Registry();

/** Offer a command as long as this component is there. Its `run` and `when` may change at every drawing. */
export function useCommand(command: Command): void {
  const latest = useRef(command);
  useEffect(() => {
    latest.current = command;
  });
  const { id, key, title } = command;
  useEffect(() => {
    const stable: Command = {
      ...latest.current,
      id,
      title,
      when: () => latest.current.when?.() ?? true,
      run: () => latest.current.run(),
    };
    return registry.add(stable);
  }, [id, key, title]);
}

export function useCommands(): readonly Command[] {
  return useSyncExternalStore(registry.subscribe, () => registry.commands);
}
