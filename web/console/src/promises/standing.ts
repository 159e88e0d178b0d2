/** How a promise stands: by its own clock, and by what the board says the plan will do to it. */

import type { Visit } from "../live";
import type { Shape } from "../request";

export type PromiseRow = Shape<"PromiseShape">;
/** From the worst to the calmest. */
export const STANDINGS = ["missed", "threatened", "pressing", "running", "paused"] as const;
export type Standing = (typeof STANDINGS)[number];

/** What nobody has goes wrong by itself: it is pressing while it is less than this away. */
const PRESSING_OPEN_S = 2 * 3600;

/** With less than so much of its time left (a share) a promise is pressing; with less than so many seconds as well. */
const PRESSING_SHARE = 0.25;
const PRESSING_S = 1800;

export interface Clock extends PromiseRow {
  readonly standing: Standing;
  /** Seconds until it is due; less than none once it is missed; null: it stands still. */
  readonly left: number | null;
  /** By so many seconds the plan in force misses it. */
  readonly late: number;
  /** The visit of its job that is to keep it. */
  readonly visit: Visit | null;
}

export function clockOf(row: PromiseRow, now: number, visits: readonly Visit[]): Clock {
  const left = row.state === "running" ? Math.floor((Date.parse(row.due_at) - now) / 1000) : null;
  const mine = visits.find((one) => one.jeopardy?.target === row.target) ?? visits[0] ?? null;
  const late = mine?.jeopardy?.target === row.target ? mine.jeopardy.late_by : 0;
  return { ...row, left, late, visit: mine, standing: standingOf(row, left, late, mine) };
}

function standingOf(row: PromiseRow, left: number | null, late: number, visit: Visit | null): Standing {
  if (row.breached_at !== null || (left !== null && left < 0)) return "missed";
  if (left === null) return "paused";
  if (late > 0) return "threatened";
  if (visit?.planned.length === 0 && left < PRESSING_OPEN_S) return "pressing";
  return left < Math.max(PRESSING_S, row.allowed * PRESSING_SHARE) ? "pressing" : "running";
}

/** The least time first; what stands still last. */
export function byTimeLeft(one: Clock, other: Clock): number {
  return (one.left ?? Infinity) - (other.left ?? Infinity) || one.number.localeCompare(other.number);
}

export function countOf(clocks: readonly Clock[]): Readonly<Record<Standing, number>> {
  const counts = { missed: 0, threatened: 0, pressing: 0, running: 0, paused: 0 };
  for (const { standing } of clocks) counts[standing] += 1;
  return counts;
}
