/** What a proposal buys, said for people: the parts of one sentence, what matters most first. */

import { type Board, isAtRisk, isUnassigned } from "../live";
import type { Bought, Buys } from "../plans";
import type { Language, Words } from "../words";
import { type Key, TEXTS } from "./texts";

export interface Speaker {
  readonly words: Pick<Words<Key>, "say">;
  readonly span: (seconds: number) => string;
  readonly amount: (value: number) => string;
}

/** Parts as one sentence, as each language strings them together. */
export function joined(parts: readonly string[], language: Language): string {
  return parts.join(language === "zh" ? "，" : ", ");
}

/** Less than this (seconds) is not worth a word. */
const LITTLE = 60;

export function purchase(bought: Bought, { words, span, amount }: Speaker): string[] {
  const said: string[] = [];
  if (bought.placed > 0) said.push(words.say("proposals.places", { n: bought.placed }));
  if (bought.leftOut > 0) said.push(words.say("proposals.leaves", { n: bought.leftOut }));
  if (bought.mended > 0) said.push(words.say("proposals.mends", { n: bought.mended }));
  if (bought.kept > 0) said.push(words.say("proposals.keeps", { n: bought.kept }));
  if (bought.missed > 0) said.push(words.say("proposals.misses", { n: bought.missed }));
  if (bought.known) {
    said.push(...change(bought.travel, "proposals.saves.travel", "proposals.costs.travel"));
    said.push(...change(bought.overtime, "proposals.saves.overtime", "proposals.costs.overtime"));
  }
  if (said.length === 0 && Math.abs(bought.gain) >= 0.01) {
    said.push(words.say(bought.gain > 0 ? "proposals.money" : "proposals.money.more", { amount: amount(Math.abs(bought.gain)) }));
  }
  if (said.length === 0) said.push(words.say("proposals.same"));
  return said;

  function change(seconds: number, saves: Key, costs: Key): string[] {
    if (Math.abs(seconds) < LITTLE) return [];
    return [words.say(seconds > 0 ? saves : costs, { time: span(Math.abs(seconds)) })];
  }
}

/** What one plan buys against another, as the server counts it. */
export function boughtBy(buys: Buys, speaker: Speaker): string[] {
  const { travel_seconds, overtime_seconds, lateness_seconds, promises_kept, promises_missed, unassigned, money } = buys;
  return purchase(
    {
      travel: travel_seconds,
      overtime: overtime_seconds,
      lateness: lateness_seconds,
      kept: promises_kept,
      missed: promises_missed,
      placed: Math.max(0, unassigned),
      leftOut: Math.max(0, -unassigned),
      gain: money,
      mended: 0,
      touched: 0,
      people: 0,
      known: true,
    },
    speaker,
  );
}

export function touching({ touched, people }: Bought, { words }: Pick<Speaker, "words">): string {
  return touched === 0 ? words.say("proposals.touches.none") : words.say("proposals.touches", { visits: touched, people });
}

/** How many visits the plan in force leaves open: without anybody, and with somebody who will be late. */
export interface Open {
  readonly unassigned: number;
  readonly atRisk: number;
}

export function openOf(board: Board | undefined): Open | null {
  if (board === undefined) return null;
  const unassigned = board.visits.filter(isUnassigned).length;
  return { unassigned, atRisk: board.visits.filter((one) => !isUnassigned(one) && isAtRisk(one)).length };
}

export function sameOpen(one: Open | null, other: Open | null): boolean {
  return one?.unassigned === other?.unassigned && one?.atRisk === other?.atRisk;
}

/** That no proposal waits; and, where the plan in force leaves something open, what the next run does about it. */
export function nothingWaits(open: Open | null, words: Pick<Words<Key>, "say" | "language">): string {
  const none = words.say("proposals.none");
  if (open === null) return none;
  const { unassigned, atRisk } = open;
  const rest =
    unassigned > 0 && atRisk > 0 ? words.say("proposals.none.both", { unassigned, late: atRisk })
    : unassigned > 0 ? words.say("proposals.none.unassigned", { n: unassigned })
    : atRisk > 0 ? words.say("proposals.none.late", { n: atRisk })
    : words.say("proposals.none.best");
  return words.language === "zh" ? `${none}${rest}` : `${none} ${rest}`;
}

/** Why there is a proposal or a run, by the event that asked for it. */
export function becauseOf(reason: string, { words }: Pick<Speaker, "words">): string {
  const key = `proposals.because.${reason}`;
  return words.say(key in TEXTS ? (key as Key) : "proposals.because.other");
}
