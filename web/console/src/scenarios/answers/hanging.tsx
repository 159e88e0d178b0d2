/** Rows of one picture on a common scale, a piece of it in each row of a table: from where to where, and how sure. */

import type { ReactElement } from "react";

const HEIGHT = 20;

export interface Bar {
  readonly from: number;
  readonly to: number;
  /** Of `to`: half of its interval. */
  readonly half?: number | null;
  readonly tone: "plain" | "better" | "worse" | "chance";
}

/** `low` and `high`: what the picture shows of the scale; `line`: where nothing is, if that is on it. */
export function Hanging({ bar, low, high, said, line, width = 170 }: {
  readonly bar: Bar;
  readonly low: number;
  readonly high: number;
  readonly said: string;
  readonly line?: number;
  readonly width?: number;
}): ReactElement {
  const at = (value: number): number => 5 + ((value - low) / (high - low || 1)) * (width - 10);
  const [first, last] = [at(Math.min(bar.from, bar.to)), at(Math.max(bar.from, bar.to))];
  const half = bar.half ?? 0;
  return (
    <svg className="scenarios-picture" role="img" aria-label={said} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} data-tone={bar.tone}>
      {line !== undefined && <line className="nothing" x1={at(line)} x2={at(line)} y1={0} y2={HEIGHT} />}
      <rect x={first} y={HEIGHT / 2 - 5} width={Math.max(1.5, last - first)} height={10} />
      {half > 0 && <line className="interval" x1={at(bar.to - half)} x2={at(bar.to + half)} y1={HEIGHT / 2} y2={HEIGHT / 2} />}
    </svg>
  );
}
