/** The change budget: how much is gained by touching at most so many visits. */

import type { Setting } from "../plans";

/** The best that is to be had for a budget: the last setting that stays within it. */
export function settingFor(curve: readonly Setting[], budget: number): Setting | undefined {
  return curve.filter((one) => one.touched <= budget).at(-1);
}

/** Which place of the slider takes just these clusters; -1: none, somebody chose for themselves. */
export function placeOf(curve: readonly Setting[], chosen: ReadonlySet<string>): number {
  return curve.findIndex((one) => one.clusters.length === chosen.size && one.clusters.every((id) => chosen.has(id)));
}

export interface Plot {
  /** The steps as an SVG path: a budget that lies between two settings gains what the smaller one does. */
  readonly line: string;
  readonly area: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The curve in a box of `width` by `height`, its origin at the lower left. */
export function plotted(curve: readonly Setting[], width: number, height: number): Plot {
  const most = Math.max(1, ...curve.map((one) => one.touched));
  const best = Math.max(...curve.map((one) => one.gain), 0.01);
  const least = Math.min(0, ...curve.map((one) => one.gain));
  const points = curve.map((one) => ({
    x: rounded((one.touched / most) * width),
    y: rounded(height - ((one.gain - least) / (best - least)) * height),
  }));
  const [first, ...rest] = points;
  if (first === undefined) return { line: "", area: "", points };
  const line = [`M${first.x} ${first.y}`, ...rest.map(({ x, y }) => `H${x}V${y}`)].join("");
  const last = points.at(-1) ?? first;
  return { line, area: `${line}V${height}H${first.x}Z`, points: [...points.slice(0, -1), last] };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
