/** One technician's row. It is drawn again only when they, or one of their visits, or the scale has changed. */

import { memo, type ReactElement } from "react";
import { boardNow, useNow } from "../../live";
import { useWords } from "../../words";
import { BarCell } from "./bar";
import type { Geometry } from "./geometry";
import { keptLabel, keptRowLabel } from "./labels";
import { RowAsked } from "./row-asked";
import { RowGround } from "./row-ground";
import { RowHead } from "./row-head";
import { useRow } from "./rows-now";
import { TEXTS } from "./texts";
import { MINUTE, type Scale, widthOf } from "./time-scale";

interface Props {
  readonly id: string;
  readonly top: number;
  readonly number: number;
  readonly level: number;
  readonly scale: Scale;
  readonly geometry: Geometry;
  /** The cell of this row that Tab leads to: a visit with its role, "head", or null: it is in another row. */
  readonly active: string | null;
}

export const PersonRow = memo(function PersonRow({ id, top, number, level, scale, geometry, active }: Props): ReactElement | null {
  const row = useRow(id);
  const words = useWords(TEXTS);
  const now = useNow(MINUTE);
  if (row === null) return null;
  const { technician } = row;
  const board = boardNow();
  const found = row.bars.some((bar) => active === cellOf(bar.visit.id, bar.role));
  return (
    <div role="row" aria-rowindex={number} aria-level={level} className="timeline-row" data-row={id} style={{ top, height: geometry.person }}>
      <RowHead
        row={row}
        active={active !== null && !found}
        label={keptRowLabel(words, row)}
        width={geometry.head}
      />
      <div role="presentation" className="timeline-lane" style={{ left: geometry.head, top: geometry.above, width: widthOf(scale) }}>
        <RowGround row={row} scale={scale} />
        <RowAsked row={row} scale={scale} />
        {row.bars.map((bar, index) => (
          <BarCell
            key={`${bar.visit.id} ${bar.role}`}
            bar={bar}
            technician={id}
            scale={scale}
            now={now}
            active={active === cellOf(bar.visit.id, bar.role)}
            label={keptLabel(words, bar, technician.name, board, now)}
            column={index + 2}
          />
        ))}
      </div>
    </div>
  );
});

/** How the cell of a bar is called within its row. */
export function cellOf(visit: string, role: number): string {
  return `${visit} ${role}`;
}
