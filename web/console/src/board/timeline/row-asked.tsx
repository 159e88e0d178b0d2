/** What is shown of one visit when it is pointed at or selected: its whole window, and every promise it has in time. */

import { memo, type ReactElement, useMemo } from "react";
import { useHover, useSelection } from "../../select";
import { LANE_HEIGHT } from "./geometry";
import type { Row } from "./row-layout";
import { type At, bandsOf, flagsOf } from "./row-ground";
import { type Scale, widthOf, xOf } from "./time-scale";

export const RowAsked = memo(function RowAsked({ row, scale }: { readonly row: Row; readonly scale: Scale }): ReactElement | null {
  const hovered = useHover();
  const selection = useSelection();
  const asked = useMemo(() => {
    const wanted = new Set([...selection.filter((one) => one.kind === "visit").map((one) => one.id), ...(hovered === null ? [] : [hovered])]);
    return row.bars.filter((bar) => wanted.has(bar.visit.id)).map((bar) => bar.visit.id);
  }, [row, hovered, selection]);
  if (asked.length === 0) return null;
  const x: At = (at) => Math.round(xOf(scale, at) * 10) / 10;
  const windows = row.windows.filter((one) => asked.includes(one.visit));
  const ticks = row.ticks.filter((one) => asked.includes(one.visit));
  return (
    <svg className="timeline-ground asked" width={widthOf(scale)} height={LANE_HEIGHT} aria-hidden="true">
      <path className="appointment" d={bandsOf(windows, x)} />
      <path className="promise" d={flagsOf(ticks.filter((one) => !one.missed), x)} />
      <path className="promise missed" d={flagsOf(ticks.filter((one) => one.missed), x)} />
    </svg>
  );
});
