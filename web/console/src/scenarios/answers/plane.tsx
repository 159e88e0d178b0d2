/** A plane for pictures of figures: as wide as there is room, three heights with their values, a few places below. */

import { type ReactElement, type ReactNode, useSyncExternalStore } from "react";
import type { Interval, Kpi } from "../reading";

const NARROW = "(max-width: 700px)";
const HEIGHT = 250;
const EDGES = { left: 58, right: 18, top: 14, bottom: 30 };

export interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export function Plane({ said, across, up, times, marks, children }: {
  /** What a screen reader says instead. */
  readonly said: string;
  readonly across: readonly number[];
  readonly up: readonly number[];
  /** What the heights are multiplied with where they are written. */
  readonly times: number;
  readonly marks: readonly { readonly at: number; readonly text: string }[];
  readonly children: (scales: Scales) => ReactNode;
}): ReactElement {
  const isNarrow = useSyncExternalStore(listen, () => matchMedia(NARROW).matches);
  const width = isNarrow ? 340 : 620;
  const x = scale(across, EDGES.left + 10, width - EDGES.right - 10);
  const y = scale(up, HEIGHT - EDGES.bottom, EDGES.top);
  const [low, high] = [Math.min(...up), Math.max(...up)];
  const heights = low === high ? [low] : [low, (low + high) / 2, high];
  const room = isNarrow ? 44 : 40;
  let last = Number.NEGATIVE_INFINITY;
  const written = marks.filter(({ at }) => {
    if (x(at) - last < room) return false;
    last = x(at);
    return true;
  });
  return (
    <svg className="scenarios-plane" role="img" aria-label={said} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
      {heights.map((at) => (
        <g key={at}>
          <line className="grid" x1={EDGES.left} x2={width - EDGES.right} y1={y(at)} y2={y(at)} />
          <text x={EDGES.left - 8} y={y(at) + 4} textAnchor="end">
            {short(at * times)}
          </text>
        </g>
      ))}
      {written.map(({ at, text }) => (
        <text key={at} x={x(at)} y={HEIGHT - 8} textAnchor="middle">
          {text}
        </text>
      ))}
      {children({ x, y })}
    </svg>
  );
}

/** The ends of an interval; the mean twice where its spread is not known. */
export function ends(found: Interval): readonly [number, number] {
  const mean = found.mean ?? 0;
  return [mean - (found.half ?? 0), mean + (found.half ?? 0)];
}

/** From where to where the mean of a figure is drawn: its interval knows no bounds, and the figure does. */
export function reach(found: Interval, { most }: Pick<Kpi, "most">): readonly [number, number] {
  const [low, high] = ends(found);
  return [Math.max(0, low), most === null ? high : Math.min(most, high)];
}

function scale(values: readonly number[], first: number, last: number): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => (high === low ? (first + last) / 2 : first + ((value - low) / (high - low)) * (last - first));
}

function short(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

function listen(changed: () => void): () => void {
  const media = matchMedia(NARROW);
  media.addEventListener("change", changed);
  return () => media.removeEventListener("change", changed);
}
