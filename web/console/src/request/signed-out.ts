/** The session has ended while somebody was at work: requests wait until they have signed in again, and go on. */

type Listener = () => void;

let ended = false;
let waiting: (() => void)[] = [];
const listeners = new Set<Listener>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Resolves once somebody has signed in again. */
export function signedInAgain(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    sessionEnded();
  });
}

/** Whatever notices first that the session has ended says so. */
export function sessionEnded(): void {
  if (ended) return;
  ended = true;
  tell();
}

/** Somebody has signed in: what waited goes on. */
export function sessionBegan(): void {
  ended = false;
  const going = waiting;
  waiting = [];
  for (const go of going) go();
  tell();
}

export function hasEnded(): boolean {
  return ended;
}

export function onSession(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
