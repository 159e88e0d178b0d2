/** Going through the grid with arrow keys: from bar to bar, from row to row at about the same time. */

import type { Board } from "../../live";
import type { Bar } from "./row-layout";
import type { Lines } from "./rows";
import { rowOf } from "./rows-now";

/** The cell that Tab leads to: a row with one of its bars, or its head (`visit` null); a heading is a row as well. */
export interface Active {
  readonly line: string;
  readonly kind: "person" | "group";
  readonly visit: string | null;
  readonly role: number;
}

type Step = "left" | "right" | "up" | "down" | "first" | "last" | "top" | "bottom" | "page-up" | "page-down";

const STEPS: Readonly<Record<string, Step>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
  PageUp: "page-up",
  PageDown: "page-down",
};

export function stepOf(key: string, ctrl: boolean): Step | null {
  if (ctrl) return key === "Home" ? "top" : key === "End" ? "bottom" : null;
  return STEPS[key] ?? null;
}

/** Where a step leads; null: nowhere. `page`: how many lines are in sight. */
export function stepped(active: Active, step: Step, lines: Lines, board: Board | undefined, page: number): Active | null {
  const at = lines.all.findIndex((line) => line.kind === active.kind && line.id === active.line);
  if (at < 0) return firstOf(lines);
  switch (step) {
    case "left":
    case "right":
      return sideways(active, step === "left" ? -1 : 1, board);
    case "first":
      return { ...active, visit: null, role: 0 };
    case "last":
      return ofBar(active, active.kind === "person" ? rowOf(board, active.line)?.bars.at(-1) : undefined);
    case "up":
      return inLine(active, at - 1, lines, board);
    case "down":
      return inLine(active, at + 1, lines, board);
    case "page-up":
      return inLine(active, Math.max(at - page, 0), lines, board);
    case "page-down":
      return inLine(active, Math.min(at + page, lines.all.length - 1), lines, board);
    case "top":
      return inLine(active, 0, lines, board);
    case "bottom":
      return inLine(active, lines.all.length - 1, lines, board);
  }
}

export function firstOf(lines: Lines): Active | null {
  const line = lines.all.find((one) => one.kind === "person") ?? lines.all[0];
  return line === undefined ? null : { line: line.id, kind: line.kind, visit: null, role: 0 };
}

function sideways(active: Active, step: 1 | -1, board: Board | undefined): Active | null {
  if (active.kind === "group") return null;
  const bars = rowOf(board, active.line)?.bars ?? [];
  const at = bars.findIndex((bar) => bar.visit.id === active.visit && bar.role === active.role);
  if (at + step < -1) return null;
  if (at + step === -1) return { ...active, visit: null, role: 0 };
  return ofBar(active, bars[at + step]);
}

function ofBar(active: Active, bar: Bar | undefined): Active | null {
  return bar === undefined ? null : { ...active, visit: bar.visit.id, role: bar.role };
}

function inLine(active: Active, at: number, lines: Lines, board: Board | undefined): Active | null {
  const line = lines.all[at];
  if (line === undefined) return null;
  const head: Active = { line: line.id, kind: line.kind, visit: null, role: 0 };
  if (line.kind === "group" || active.visit === null || active.kind === "group") return head;
  const here = rowOf(board, active.line)?.bars.find((bar) => bar.visit.id === active.visit && bar.role === active.role);
  const bars = rowOf(board, line.id)?.bars ?? [];
  if (here === undefined || bars.length === 0) return head;
  const middle = (here.from + here.until) / 2;
  const far = (bar: Bar): number => (middle < bar.from ? bar.from - middle : middle > bar.until ? middle - bar.until : 0);
  const nearest = bars.reduce((best, bar) => (far(bar) < far(best) ? bar : best));
  return ofBar(head, nearest) ?? head;
}
