/**
 * Something is being moved: by the pointer or by keys, from the timeline or from a list. One at a time.
 *
 * Where it would go is priced while it is dragged. Letting go asks before anything is done; what is done then is shown at
 * once, taken back where the server refuses, and can be undone.
 */

import { useCallback, useSyncExternalStore } from "react";
import { boardNow, live, optimistically } from "../../live";
import { change, inLanguage } from "../../request";
import { didPublish } from "../../undo";
import { type Price, Pricing } from "./pricing";
import { type Edit, editsFor, keyOf, type Moved, type Target } from "./target";
import { afterTrial, type Trial } from "./trial";

/** Where it would go: a place in a route, or `nobody`: it is taken from whoever has it. */
export type Aim = Target | "nobody";

export interface Moving {
  readonly moved: readonly Moved[];
  /** The visit that the hand has hold of. */
  readonly lead: Moved;
  /** How long its bar is, in milliseconds. */
  readonly length: number;
  readonly way: "pointer" | "keys";
  readonly aim: Aim | null;
  /** It would stay where it is. */
  readonly same: boolean;
  readonly price: Price;
  /** `aiming`: it hangs on the hand; `asking`: it was let go, and a person decides; `sending`: they have decided. */
  readonly stage: "aiming" | "asking" | "sending";
  /** Why the server refused, when it did. */
  readonly error: unknown;
}

let moving: Moving | null = null;
const listeners = new Set<() => void>();

function set(next: Moving | null): void {
  moving = next;
  for (const listener of listeners) listener();
}

function merge(part: Partial<Moving>): void {
  if (moving !== null) set({ ...moving, ...part });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useMoving(): Moving | null {
  return useSyncExternalStore(subscribe, movingNow);
}

export function movingNow(): Moving | null {
  return moving;
}

/** A part of what is being moved; draws only when that part changes. */
export function useMovingPart<Part>(part: (moving: Moving | null) => Part): Part {
  return useSyncExternalStore(subscribe, () => part(moving));
}

/** Whether a visit is being moved; draws only when that changes. */
export function useIsMoved(visit: string): boolean {
  const found = useCallback(() => moving?.moved.some((one) => one.visit === visit) ?? false, [visit]);
  return useSyncExternalStore(subscribe, found);
}

const TRY = "/api/v1/plans/today/try";
const MOVE = "/api/v1/plans/today/move";

const pricing = new Pricing<readonly Edit[]>(
  async (edits, signal) => (await change<Trial>("POST", inLanguage(TRY), { edits }, { signal })).body,
  (price) => merge({ price }),
);

export interface Begin {
  readonly moved: readonly Moved[];
  readonly lead: Moved;
  readonly length: number;
  readonly way: Moving["way"];
}

/** Take hold of something. */
export function begin(what: Begin): void {
  pricing.stop();
  watch();
  set({ ...what, aim: null, same: true, price: { kind: "none" }, stage: "aiming", error: null });
}

/** It would go there; null: nowhere. `same`: where it is already. */
export function aimAt(aim: Aim | null, same: boolean): void {
  if (moving === null || moving.stage !== "aiming") return;
  const before = moving.aim;
  if (same !== moving.same || !alike(before, aim)) merge({ aim, same, error: null });
  price();
}

function alike(one: Aim | null, other: Aim | null): boolean {
  if (one === null || other === null || one === "nobody" || other === "nobody") return one === other;
  return one.technician === other.technician && one.shift === other.shift && one.position === other.position && one.at === other.at && one.exact === other.exact;
}

function price(): void {
  if (moving === null) return;
  const edits = moving.same ? null : editsNow(moving);
  const edition = boardNow()?.edition ?? 0;
  pricing.want(edits === null ? null : keyOf(edits, edition), edits);
}

export function editsNow({ moved, aim }: Moving): readonly Edit[] | null {
  if (aim === null) return null;
  return aim === "nobody" ? moved.map(({ visit }) => ({ visit, unassign: true })) : editsFor(moved, aim);
}

/** It was let go: ask whether it shall be so. What would change nothing is let go of. */
export function letGo(): void {
  if (moving === null || moving.stage !== "aiming") return;
  if (moving.aim === null || moving.same) cancel();
  else merge({ stage: "asking" });
}

/** Ask at once, without dragging: as for taking a visit from everybody. */
export function propose(what: Begin, aim: Aim): void {
  begin(what);
  aimAt(aim, false);
  letGo();
}

export function cancel(): void {
  pricing.stop();
  unwatch();
  if (moving !== null) set(null);
}

interface Published {
  readonly id: string;
}

/**
 * Do it. `anyway`: over the rules that may be set aside, and the person says so. The answer: whether it was done; where
 * not, the refusal is said and everything is as it was.
 */
export async function confirm(title: string, because: string, anyway: boolean): Promise<boolean> {
  const board = boardNow();
  if (moving === null || board === undefined || moving.price.kind !== "known") return false;
  const edits = editsNow(moving);
  if (edits === null) return false;
  const { trial } = moving.price;
  merge({ stage: "sending", error: null });
  try {
    const asked = { edits, because, anyway, expected_edition: trial.edition };
    const { body } = await optimistically(afterTrial(board, edits, trial), () => change<Published>("POST", inLanguage(MOVE), asked));
    didPublish(withoutStop(title), body.id);
    // The next move is asked of the plan that came of this one, however soon it is made.
    pricing.stop();
    unwatch();
    await live.hurry();
    cancel();
    return true;
  } catch (error) {
    merge({ stage: "asking", error });
    // Somebody may have published meanwhile: what is asked again is asked of the plan as it stands then, at its price.
    // The board may know of it already: a new edition makes no price anew while something is sent.
    pricing.forget();
    price();
    void live.hurry();
    return false;
  }
}

/** As it stands within another sentence. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/[.。]$/, "");
}

/** While something is moved, a new edition makes every price anew. */
let stopWatching: (() => void) | null = null;

function watch(): void {
  if (stopWatching !== null) return;
  let edition = boardNow()?.edition;
  stopWatching = live.store.subscribe(() => {
    const next = boardNow()?.edition;
    if (next === edition) return;
    edition = next;
    if (moving === null || moving.stage === "sending") return;
    pricing.forget();
    price();
  });
}

function unwatch(): void {
  stopWatching?.();
  stopWatching = null;
}
