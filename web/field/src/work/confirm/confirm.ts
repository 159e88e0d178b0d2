/** Confirming taps where nobody looks at the screen: by a buzz, and by a voice where that is switched on. */

import type { Entry, Kind } from "../../sync";
import type { FieldWords } from "../../texts";

const KEY = "fieldwright.confirmations";

export interface Confirmations {
  readonly buzz: boolean;
  readonly speak: boolean;
}

/** What is set on this phone; a buzz and no voice, unless somebody said otherwise. */
export function confirmations(): Confirmations {
  try {
    return { buzz: true, speak: false, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Confirmations>) };
  } catch {
    // What stands there is not ours: as if nothing did.
    return { buzz: true, speak: false };
  }
}

export function setConfirmations(wanted: Confirmations): void {
  localStorage.setItem(KEY, JSON.stringify(wanted));
}

/** Milliseconds of buzzing and of pausing: kept is short, the end of a visit longer, refused is three knocks. */
const BUZZES = { kept: [25], ended: [40, 60, 90], refused: [120, 80, 120, 80, 120] } as const;
const ENDS: ReadonlySet<Kind> = new Set<Kind>(["complete", "need_parts", "need_visit", "no_show", "end_shift"]);

/** What is said aloud of a tap; what is tapped often, such as an answer, is not. */
const SPOKEN: Readonly<Partial<Record<Kind, "spoken.accept" | "spoken.depart" | "spoken.arrive" | "spoken.start" | "spoken.pause" | "spoken.complete" | "spoken.incomplete" | "spoken.extend">>> = {
  accept: "spoken.accept",
  depart: "spoken.depart",
  arrive: "spoken.arrive",
  start: "spoken.start",
  pause: "spoken.pause",
  complete: "spoken.complete",
  need_parts: "spoken.incomplete",
  need_visit: "spoken.incomplete",
  extend: "spoken.extend",
};

/** Confirm that a tap is kept. `next`: who comes next, for the end of a visit. */
export function confirm(entry: Entry, words: FieldWords, next: string | null): void {
  const wanted = confirmations();
  if (wanted.buzz) buzz(ENDS.has(entry.kind) ? BUZZES.ended : BUZZES.kept);
  const key = SPOKEN[entry.kind];
  if (!wanted.speak || key === undefined) return;
  const ending = ENDS.has(entry.kind) && next !== null ? ` ${words.say("spoken.next", { who: next })}` : "";
  speak(words.say(key) + ending, words);
}

/** Say that a tap was refused. */
export function warn(words: FieldWords): void {
  const wanted = confirmations();
  if (wanted.buzz) buzz(BUZZES.refused);
  if (wanted.speak) speak(words.say("spoken.refused"), words);
}

function buzz(pattern: readonly number[]): void {
  // Safari on phones has no such thing; a page that nobody has touched may not.
  if ("vibrate" in navigator && navigator.userActivation?.hasBeenActive !== false) navigator.vibrate([...pattern]);
}

function speak(text: string, words: FieldWords): void {
  if (!("speechSynthesis" in globalThis)) return;
  const sentence = new SpeechSynthesisUtterance(text);
  sentence.lang = words.language === "zh" ? "zh-CN" : "en-GB";
  speechSynthesis.cancel();
  speechSynthesis.speak(sentence);
}
