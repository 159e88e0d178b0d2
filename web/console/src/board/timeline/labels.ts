/**
 * The sentences of bars and rows, kept: a row that scrolls into sight finds what was said of it before.
 *
 * A visit is another object once anything of it has changed, so that it is what its sentence is kept by; besides it a
 * sentence goes by the words (language, time zone), by where the bar stands, and by a few names.
 */

import type { Board, Visit } from "../../live";
import type { Bar, Row } from "./row-layout";
import { labelOf, nameOf, overrunOf, tellRow } from "./sentences";
import type { TimelineWords } from "./texts";

interface Kept {
  readonly words: TimelineWords;
  readonly goesBy: string;
  readonly label: string;
}

const BARS = new WeakMap<Visit, Map<number, Kept>>();
const ROWS = new WeakMap<Row, Omit<Kept, "goesBy">>();

/** What {@link labelOf} says, made once for each state of a visit. */
export function keptLabel(words: TimelineWords, bar: Bar, name: string, board: Board | undefined, now: number): string {
  const { visit } = bar;
  let roles = BARS.get(visit);
  if (roles === undefined) BARS.set(visit, (roles = new Map()));
  const goesBy = `${name} ${bar.from} ${bar.until} ${bar.arrival} ${bar.estimated} ${overrunOf(bar, now) ?? ""} ${othersOf(visit, board)}`;
  const kept = roles.get(bar.role);
  if (kept !== undefined && kept.words === words && kept.goesBy === goesBy) return kept.label;
  const label = labelOf(words, bar, name, board, now);
  roles.set(bar.role, { words, goesBy, label });
  return label;
}

/** Who somebody is and what their day holds, in one breath; made once for each state of their row. */
export function keptRowLabel(words: TimelineWords, row: Row): string {
  const kept = ROWS.get(row);
  if (kept !== undefined && kept.words === words) return kept.label;
  const stop = words.language === "zh" ? "；" : "; ";
  const label = `${row.technician.name}: ${tellRow(words, row).join(stop)}`;
  ROWS.set(row, { words, label });
  return label;
}

/** Of most visits nobody else is named: neither a crew nor whom it is pinned to. */
function othersOf({ planned, pin }: Visit, board: Board | undefined): string {
  const pinned = pin?.technician == null ? [] : [pin.technician];
  const crew = planned.length > 1 ? planned.map((one) => one.technician) : [];
  return [...pinned, ...crew].map((one) => nameOf(board, one)).join(", ");
}
