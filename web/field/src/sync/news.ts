/** Telling every tab, and the service worker, that something which is kept here has changed. */

const CHANNEL = "fieldwright.field";

/** `changed`: read again. `wiped`: everything goes; let go of it. */
export type News = "changed" | "wiped";

type Listener = (news: News) => void;

const listeners = new Set<Listener>();
let channel: BroadcastChannel | null = null;

function opened(): BroadcastChannel {
  if (channel === null) {
    channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<News>) => told(data);
  }
  return channel;
}

function told(news: News): void {
  for (const listener of listeners) listener(news);
}

/** Tell everybody, this tab first. */
export function tell(news: News): void {
  told(news);
  opened().postMessage(news);
}

/** Listen until the answer is called. */
export function listen(listener: Listener): () => void {
  opened();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
