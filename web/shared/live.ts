/** The stream of events: what happens, as it happens; it finds its own way back after a break. */

export interface Happened {
  readonly kind: string;
  readonly position: number;
}

export interface Listening {
  /** Something happened. */
  readonly heard: (event: Happened) => void;
  /** What was missed cannot be told any more: read everything anew. Also after every break. */
  readonly reset: () => void;
  /** The session has ended. */
  readonly ended: () => void;
  /** Whether the stream stands. */
  readonly connected: (yes: boolean) => void;
}

/** Follow the stream until the answer is called. */
export function follow(listening: Listening, after?: number): () => void {
  const source = new EventSource(after === undefined ? "/api/v1/events" : `/api/v1/events?after=${after}`);
  let broken = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let stop = (): void => source.close();
  source.onopen = () => {
    if (broken) listening.reset();
    broken = false;
    listening.connected(true);
  };
  source.onmessage = (message: MessageEvent<string>) => listening.heard(JSON.parse(message.data) as Happened);
  source.addEventListener("reset", () => listening.reset());
  source.addEventListener("ended", () => {
    source.close();
    listening.ended();
  });
  source.onerror = () => {
    broken = true;
    listening.connected(false);
    // A browser gives up for good when the answer is no stream, as from a proxy whose server is starting.
    if (source.readyState === EventSource.CLOSED) {
      again = setTimeout(() => {
        listening.reset();
        stop = follow(listening);
      }, 5000);
    }
  };
  return () => {
    clearTimeout(again);
    stop();
    source.close();
  };
}
