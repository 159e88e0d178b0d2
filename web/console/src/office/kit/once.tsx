/** Something that the server says only once, such as a new password: it stays until somebody has taken it down. */

import { type ReactElement, type ReactNode, useSyncExternalStore } from "react";
import { Over } from "./asking";
import type { OfficeWords } from "./resource";

interface Once {
  readonly title: string;
  readonly said: ReactNode;
}

let once: Once | null = null;
const listeners = new Set<() => void>();

export function showOnce(next: Once | null): void {
  once = next;
  for (const listener of listeners) listener();
}

export function ShownOnce({ words }: { readonly words: OfficeWords }): ReactElement | null {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => once,
  );
  if (shown === null) return null;
  return (
    <Over title={shown.title} onClose={() => showOnce(null)} closeLabel={words.say("once.close")}>
      <div className="office-over-text">{shown.said}</div>
      <footer>
        <button type="button" className="office-button main" onClick={() => showOnce(null)}>{words.say("once.taken")}</button>
      </footer>
    </Over>
  );
}

export function Secret({ label, secret, words }: { readonly label: string; readonly secret: string; readonly words: OfficeWords }): ReactElement {
  return (
    <>
      <p>{words.say("once.about")}</p>
      <p className="office-secret">
        <span className="office-sub">{label}</span>
        <code>{secret}</code>
        <button type="button" className="office-button" onClick={() => void navigator.clipboard.writeText(secret)}>{words.say("once.copy")}</button>
      </p>
    </>
  );
}
