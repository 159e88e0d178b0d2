/** Answers in portions that the server takes: an action that is larger would be refused, and all of it lost. */

import type { Answer } from "./schema";

type Given = Readonly<Record<string, Answer | null>>;

/** The server takes 64 KiB for one action, and a hundred answers; the longest single answer is far below. */
const MOST_BYTES = 40_000;
const MOST_ANSWERS = 80;

/** The same answers, in their order, in as few portions as that takes; none where there are none. */
export function portions(answers: Given): Given[] {
  const made: Record<string, Answer | null>[] = [];
  let room = 0;
  for (const [name, answer] of Object.entries(answers)) {
    const size = new TextEncoder().encode(JSON.stringify([name, answer])).byteLength;
    const last = made.at(-1);
    if (last === undefined || size > room || Object.keys(last).length >= MOST_ANSWERS) {
      made.push({ [name]: answer });
      room = MOST_BYTES - size;
    } else {
      last[name] = answer;
      room -= size;
    }
  }
  return made;
}
