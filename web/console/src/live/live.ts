/** The one board of this page, kept live: the stream of events is a bell, the changes are read when it rings. */

import { ask, Refused } from "../request";
import { follow } from "@fieldwright/shared/live";
import { sessionEnded } from "../request/signed-out";
import type { Language } from "../words";
import { setClock } from "./clock";
import { BoardStore } from "./store";
import type { BoardChanges, BoardDocument, Link, Optimistic, Undo } from "./types";

/** So long after the bell the changes are read, so that a burst of events is read once. */
const GATHER_MS = 250;
/** Where the stream is down or the server was not reached, the changes are asked for so often. */
const ASK_MS = 5_000;

/** Why there is no board. */
export type Trouble = "forbidden" | "unreachable" | { readonly detail: string };

interface Said {
  readonly trouble?: Trouble | null;
  readonly stands?: boolean;
  readonly answered?: boolean;
}

export class LiveBoard {
  readonly store = new BoardStore(() => this.#soon());
  /** Whether the stream of events stands, and whether the last question was answered. */
  #stands = false;
  #answered = true;
  #trouble: Trouble | null = null;
  #day: string | null = null;
  #language: Language = "en";
  /** What is held is of another day or in another language, or there is nothing yet. */
  #whole = true;
  #again = false;
  #busy: AbortController | null = null;
  #reading: Promise<void> = Promise.resolve();
  #due: ReturnType<typeof setTimeout> | undefined;
  #asking: ReturnType<typeof setInterval> | undefined;
  #stop: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  /** Without the stream, what is seen is as old as the last answer; without answers, it may be anything. */
  get link(): Link {
    if (!this.#answered) return "offline";
    return this.#stands ? "live" : "connecting";
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** The day that is shown; null: the operation's today. */
  get day(): string | null {
    return this.#day;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Read the board and follow what happens, until the answer is called. */
  start(): () => void {
    void this.#read();
    this.#follow();
    // The browser knows first that there is no network; asking says whether the server can be reached nonetheless.
    const ask = (): void => this.#soon();
    addEventListener("online", ask);
    addEventListener("offline", ask);
    this.#asking = setInterval(() => this.link !== "live" && this.#soon(), ASK_MS);
    return () => {
      removeEventListener("online", ask);
      removeEventListener("offline", ask);
      this.#stop?.();
      this.#stop = undefined;
      clearTimeout(this.#due);
      clearInterval(this.#asking);
      this.#busy?.abort();
      this.#busy = null;
    };
  }

  /** Show another day, or speak another language: both are read anew. */
  show(day: string | null, language: Language): void {
    if (day === this.#day && language === this.#language) return;
    this.#day = day;
    this.#language = language;
    this.#whole = true;
    this.#busy?.abort();
    this.#busy = null;
    if (this.#stop !== undefined) void this.#read();
    for (const listener of this.#listeners) listener();
  }

  /** Read what has changed as soon as possible, as after a change of ours. Fulfilled once that was read, or could not be. */
  async hurry(): Promise<void> {
    clearTimeout(this.#due);
    this.#due = undefined;
    // A reading that is under way began before the change, and may not have it.
    while (this.#busy !== null) await this.#reading;
    await this.#read();
  }

  /** Follow the stream again, as after it was ended with a session. */
  again(): void {
    if (this.#stop === undefined) return;
    this.#stop();
    this.#follow();
    this.hurry();
  }

  optimistic(change: Optimistic): Undo {
    return this.store.optimistic(change);
  }

  #soon(): void {
    if (this.#due !== undefined) return;
    this.#due = setTimeout(() => {
      this.#due = undefined;
      void this.#read();
    }, GATHER_MS);
  }

  #read(): Promise<void> {
    if (this.#busy === null) this.#reading = this.#readNow();
    else this.#again = true;
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    const controller = new AbortController();
    this.#busy = controller;
    try {
      const told = !this.#whole && (await this.#readChanges(controller.signal));
      if (!told) await this.#readAll(controller.signal);
      this.#say({ trouble: null, answered: true });
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#say({ trouble: troubleOf(error), answered: error instanceof Refused });
    } finally {
      if (this.#busy === controller) this.#busy = null;
    }
    if (this.#again && this.#busy === null) {
      this.#again = false;
      this.#soon();
    }
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    const board = await ask<BoardDocument>("/api/v1/board", { day: this.#day, language: this.#language }, signal);
    setClock(board.now, board.pace);
    this.store.load(board);
    this.#whole = false;
  }

  async #readChanges(signal: AbortSignal): Promise<boolean> {
    const since = this.store.board?.position;
    if (since === undefined) return false;
    const query = { day: this.#day, language: this.#language, since };
    const changes = await ask<BoardChanges>("/api/v1/board/changes", query, signal);
    setClock(changes.now, changes.pace);
    return this.store.change(changes);
  }

  #follow(): void {
    this.#stop = follow({
      heard: () => this.#soon(),
      reset: () => this.#soon(),
      ended: sessionEnded,
      connected: (yes) => this.#connected(yes),
    });
  }

  #connected(yes: boolean): void {
    this.#say({ stands: yes });
    this.#soon();
  }

  #say({ trouble = this.#trouble, stands = this.#stands, answered = this.#answered }: Said): void {
    const before = { link: this.link, trouble: this.#trouble };
    this.#trouble = trouble;
    this.#stands = stands;
    this.#answered = answered;
    if (before.link === this.link && before.trouble === trouble) return;
    for (const listener of this.#listeners) listener();
  }
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Refused)) return "unreachable";
  return error.status === 403 ? "forbidden" : { detail: error.message };
}
