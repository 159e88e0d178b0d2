/** Who a row is: name, what they are doing, skills as letters, how much of the shift is used. */

import { memo, type ReactElement } from "react";
import { useIsHovered, useIsSelected } from "../../select";
import type { Row } from "./row-layout";
import { letters } from "./sentences";

interface Props {
  readonly row: Row;
  readonly active: boolean;
  readonly label: string;
  readonly width: number;
}

const MOST_SKILLS = 4;

export const RowHead = memo(function RowHead({ row, active, label, width }: Props): ReactElement {
  const { technician, used } = row;
  const selected = useIsSelected("technician", technician.id);
  const hovered = useIsHovered(technician.id);
  const percent = used === null ? null : Math.round(used * 100);
  return (
    <div
      role="rowheader"
      aria-colindex={1}
      aria-label={label}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      className="timeline-head"
      data-person={technician.id}
      data-hovered={hovered || undefined}
      style={width === 0 ? undefined : { width }}
    >
      <span className="timeline-duty" data-state={technician.state} aria-hidden="true">
        <svg width="12" height="12" viewBox="0 0 12 12">
          <path d={SIGNS[technician.state]} />
        </svg>
      </span>
      <span className="timeline-name">{technician.name}</span>
      <span className="timeline-skills" aria-hidden="true">
        {technician.skills.slice(0, MOST_SKILLS).map(({ skill, level }) => (
          <span key={skill}>
            {letters(skill)}
            {level > 1 && <sub>{level}</sub>}
          </span>
        ))}
        {technician.skills.length > MOST_SKILLS && <span>+{technician.skills.length - MOST_SKILLS}</span>}
      </span>
      <span className="timeline-used" aria-hidden="true">
        {percent !== null && (
          <>
            <span className="timeline-used-line">
              <i data-over={percent > 100 || undefined} style={{ width: `${Math.min(percent, 100)}%` }} />
            </span>
            {percent} %
          </>
        )}
      </span>
    </div>
  );
});

/** What somebody is doing, by shape. */
const SIGNS: Readonly<Record<Row["technician"]["state"], string>> = {
  off: "M6 1.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9Zm0 1.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
  waiting: "M3 1.500h6v1.500L6.900 6 9 9v1.500H3V9l2.100-3L3 3Z",
  driving: "M2 1 11 6 2 11 4.500 6Z",
  on_site: "M6 .5a4 4 0 0 1 4 4c0 2.800-4 7-4 7s-4-4.200-4-7a4 4 0 0 1 4-4Z",
  break: "M2 3h6.500a2 2 0 0 1 0 4H8a3 3 0 0 1-6 0ZM8 4.500v1h.5a.5.5 0 0 0 0-1ZM2 10h7v1H2Z",
  absent: "M2.600 1.300 6 4.700 9.400 1.300l1.300 1.300L7.300 6l3.400 3.400-1.300 1.300L6 7.300l-3.400 3.400-1.300-1.300L4.700 6 1.300 2.600Z",
};
