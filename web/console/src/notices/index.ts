/** Short sentences about what was just done, at the foot of the page: seen, read out, gone by themselves. */

import { useSyncExternalStore } from "react";

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "bad";
  readonly action?: { readonly title: string; readonly run: () => void };
}

let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** What is bad stays until it is closed: it may be read late. */
const SEEN_MS = 6000;
const MOST = 4;

/** Say something. The answer takes it away. */
export function tell(text: string, { tone = "plain", action }: Partial<Pick<Notice, "tone" | "action">> = {}): () => void {
  const id = ++last;
  const close = (): void => set(notices.filter((one) => one.id !== id));
  const notice: Notice = action === undefined ? { id, text, tone } : { id, text, tone, action };
  set([...notices.filter((one) => one.text !== text), notice].slice(-MOST));
  if (tone === "plain") setTimeout(close, SEEN_MS);
  return close;
}

export function closeNotice(id: number): void {
  set(notices.filter((one) => one.id !== id));
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
}
