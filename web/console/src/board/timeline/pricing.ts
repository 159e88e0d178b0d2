/** Prices while something is being dragged: asked for once the hand rests for a moment, and never an answer too late. */

import type { Trial } from "./trial";

export type Price =
  | { readonly kind: "none" }
  /** `last`: what was said of another place, to be shown as such until there is an answer. */
  | { readonly kind: "asking"; readonly last: Trial | null }
  | { readonly kind: "known"; readonly trial: Trial }
  | { readonly kind: "failed"; readonly error: unknown };

/** The hand rests so long before the server is asked. */
export const REST_MS = 70;
const KEPT = 60;

/** Asks for one thing at a time; what was asked before is dropped. Answers are remembered until `forget`. */
export class Pricing<Asked> {
  readonly #ask: (asked: Asked, signal: AbortSignal) => Promise<Trial>;
  readonly #tell: (price: Price) => void;
  #kept = new Map<string, Trial>();
  #key: string | null = null;
  #last: Trial | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy: AbortController | null = null;

  constructor(ask: (asked: Asked, signal: AbortSignal) => Promise<Trial>, tell: (price: Price) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /** What is wanted now; null: nothing. The same key as before changes nothing. */
  want(key: string | null, asked: Asked | null, rest: number = REST_MS): void {
    if (key === this.#key) return;
    this.#key = key;
    clearTimeout(this.#timer);
    this.#busy?.abort();
    this.#busy = null;
    if (key === null || asked === null) {
      this.#tell({ kind: "none" });
      return;
    }
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#last = known;
      this.#tell({ kind: "known", trial: known });
      return;
    }
    this.#tell({ kind: "asking", last: this.#last });
    this.#timer = setTimeout(() => void this.#go(key, asked), rest);
  }

  /** The plan is another one: what was said of the old one is worth nothing. */
  forget(): void {
    this.#kept = new Map();
    this.#key = null;
  }

  stop(): void {
    this.want(null, null);
    this.#last = null;
    this.forget();
  }

  async #go(key: string, asked: Asked): Promise<void> {
    const controller = new AbortController();
    this.#busy = controller;
    try {
      const trial = await this.#ask(asked, controller.signal);
      if (this.#key !== key || controller.signal.aborted) return;
      if (this.#kept.size >= KEPT) this.#kept.clear();
      this.#kept.set(key, trial);
      this.#last = trial;
      this.#tell({ kind: "known", trial });
    } catch (error) {
      if (this.#key !== key || controller.signal.aborted) return;
      this.#key = null; // the same place may be asked for again
      this.#tell({ kind: "failed", error });
    } finally {
      if (this.#busy === controller) this.#busy = null;
    }
  }
}
