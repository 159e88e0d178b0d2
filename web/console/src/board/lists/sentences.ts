/** Why a visit is at risk, as a sentence: who, when, and by how much a promise is missed. */

import type { Board, Jeopardy, Visit } from "../../live";
import type { Words } from "../../words";
import type { ListsKey } from "./texts";

interface Saying {
  readonly words: Words<ListsKey>;
  readonly span: (seconds: number) => string;
  readonly target: (target: Jeopardy["target"]) => string;
}

export function whyLate(visit: Visit, board: Board, { words, span, target }: Saying): string {
  const name = whoDoes(visit, board, words);
  const first = visit.planned[0];
  const { jeopardy } = visit;
  if (jeopardy === null) {
    const late = span(visit.late_by);
    return first === undefined ? words.say("lists.late.plain", { name, late }) : words.say("lists.late.window", { name, late, time: words.time(first.arrival) });
  }
  const late = span(jeopardy.late_by);
  const due = jeopardy.due === null ? "–" : words.time(jeopardy.due);
  if (jeopardy.target === "respond" || jeopardy.target === "dispatch") return words.say(`lists.late.${jeopardy.target}`, { due, late });
  if (first === undefined) return words.say("lists.late.due", { target: target(jeopardy.target), due, late });
  const when = jeopardy.target === "resolve" ? (visit.expected_end ?? first.end) : (visit.actual.arrived_at ?? first.arrival);
  return words.say(`lists.late.${jeopardy.target}`, { name, time: words.time(when), late });
}

export function whoDoes(visit: Visit, board: Board, words: Words<ListsKey>): string {
  const names = visit.planned.map(({ technician }) => board.technicianById.get(technician)?.name ?? "");
  const [first] = names;
  if (first === undefined) return words.say("lists.nobody");
  return names.length === 1 ? first : words.say("lists.crew", { name: first, count: names.length - 1 });
}
