/**
 * What lies under the bars of a row: the shift and its overtime, absences, ways of their length, waiting, breaks, windows
 * and promises. One drawing of a few paths, however many visits there are.
 */

import { memo, type ReactElement } from "react";
import { LANE_HEIGHT, middleOf, WINDOW_TOP } from "./geometry";
import type { Piece, Row, Tick } from "./row-layout";
import { HOUR, type Scale, widthOf, xOf } from "./time-scale";

const BOTTOM = LANE_HEIGHT - 1;

export const RowGround = memo(function RowGround({ row, scale }: { readonly row: Row; readonly scale: Scale }): ReactElement {
  const x = (at: number): number => Math.round(xOf(scale, at) * 10) / 10;
  const wide = (one: Piece): number => Math.max(((one.until - one.from) / HOUR) * scale.hour, 0);
  const { solid, dashed } = waysOf(row, x);
  return (
    <svg className="timeline-ground" width={widthOf(scale)} height={LANE_HEIGHT} aria-hidden="true">
      {row.duties.map((one) => (
        <g key={one.id}>
          <rect className="shift" x={x(one.from)} y={0} width={wide(one)} height={BOTTOM} />
          <rect className="may-overtime" x={x(one.until)} y={0} width={wide({ from: one.until, until: one.most })} height={BOTTOM} fill="url(#timeline-hatch)" />
          {one.overtime !== null && <rect className="overtime" x={x(one.overtime.from)} y={BOTTOM - 4} width={wide(one.overtime)} height={4} />}
          <path className="bound" d={`M${x(one.from)} 0V${BOTTOM}M${x(one.until)} 0V${BOTTOM}`} />
        </g>
      ))}
      {row.absences.map((one) => (
        <g key={one.id}>
          <rect className="absence" x={x(one.from)} y={0} width={wide(one)} height={BOTTOM} />
          <rect x={x(one.from)} y={0} width={wide(one)} height={BOTTOM} fill="url(#timeline-away)" />
        </g>
      ))}
      <path className="window" d={bandsOf(row.windows.filter((one) => one.tight && one.kind === "window"), x)} />
      <path className="appointment" d={bandsOf(row.windows.filter((one) => one.tight && one.kind === "appointment"), x)} />
      <path className="way" d={solid} />
      <path className="way estimated" d={dashed} />
      <path className="wait" d={waitsOf(row, x)} />
      {row.rests.map((one) => (
        <rect key={one.id} className="rest" data-taken={one.taken || undefined} x={x(one.from)} y={13} width={Math.max(wide(one), 4)} height={24} rx={4} />
      ))}
      <path className="promise" d={flagsOf(row.ticks.filter((one) => one.tight && !one.missed), x)} />
      <path className="promise missed" d={flagsOf(row.ticks.filter((one) => one.missed), x)} />
    </svg>
  );
});

export type At = (instant: number) => number;

/** Bands above the bars, in two heights by turns: neighbours do not run into each other. */
export function bandsOf(pieces: readonly Piece[], x: At): string {
  return pieces.map((one, index) => `M${x(one.from)} ${WINDOW_TOP + (index % 2) * 4}H${x(one.until)}`).join("");
}

/** Each way at the height of the bar that it leads to. */
function waysOf(row: Row, x: At): { readonly solid: string; readonly dashed: string } {
  let solid = "";
  let dashed = "";
  for (const bar of row.bars) {
    if (bar.leave === null || bar.leave >= bar.arrival) continue;
    const y = middleOf(bar.lane);
    const line = `M${x(bar.leave)} ${y}H${x(bar.arrival)}`;
    if (bar.estimated) dashed += line;
    else solid += line;
  }
  return { solid, dashed };
}

function waitsOf(row: Row, x: At): string {
  return row.waits.map((one) => `M${x(one.from)} ${LANE_HEIGHT / 2 + 1}H${x(one.until)}`).join("");
}

/** A promise is a tick with a flag, at the top where it is kept, at the foot where it is missed. */
export function flagsOf(ticks: readonly Tick[], x: At): string {
  return ticks.map(({ at, missed }) => (missed ? `M${x(at)} 2V46l5-4-5-4` : `M${x(at)} 46V2l5 4-5 4`)).join("");
}
