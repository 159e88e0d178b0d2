/** Where things stand in a row, in pixels. */

import type { Lane } from "./row-layout";
import type { Heights } from "./rows";

export interface Geometry extends Heights {
  /** The width of what stands left of the line of time; 0: it stands above. */
  readonly head: number;
  /** Where the line of time begins below the top of the row. */
  readonly above: number;
}

export const WIDE: Geometry = { group: 26, person: 48, head: 200, above: 0 };
/** On a small screen: the name above, the time below it. */
export const NARROW: Geometry = { group: 30, person: 74, head: 0, above: 26 };
/** Below this width of the pane, names stand above. */
export const NARROW_WIDTH = 560;

export const BAR_TOP = 11;
export const BAR_HEIGHT = 28;
export const WINDOW_TOP = 4;
export const LANE_HEIGHT = 48;

export interface Box {
  readonly top: number;
  readonly height: number;
}

/** Where a bar stands: in the middle, or in one of two halves. */
export function barBox(lane: Lane): Box {
  if (lane === "whole") return { top: BAR_TOP, height: BAR_HEIGHT };
  return lane === "upper" ? { top: 8, height: 18 } : { top: 27, height: 18 };
}

/** The height on which a way runs: that of the middle of its bar. */
export function middleOf(lane: Lane): number {
  const { top, height } = barBox(lane);
  return top + height / 2;
}

/** A bar of five minutes is still wide enough to be hit. */
export const NARROWEST_BAR = 10;
