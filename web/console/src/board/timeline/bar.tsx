/**
 * A visit as a bar: its state by colour and sign, its kind by a letter, and signs for what matters of it. What is drawn
 * on it are signs (`data-sign`) of what its label says in whole, and in another order.
 */

import { memo, type ReactElement } from "react";
import { BADGES, type State } from "@fieldwright/shared/map/colours";
import { stateOf } from "../../live";
import { Icon } from "../../pieces";
import { matches, useFilter, useIsHovered, useIsSelected } from "../../select";
import { barBox, NARROWEST_BAR } from "./geometry";
import { useIsMoved } from "./moving";
import type { Bar } from "./row-layout";
import { letters } from "./sentences";
import { HOUR, type Scale, xOf } from "./time-scale";

interface Props {
  readonly bar: Bar;
  readonly technician: string;
  readonly scale: Scale;
  readonly now: number;
  /** Of the cells of the whole grid, the one that Tab leads to. */
  readonly active: boolean;
  readonly label: string;
  readonly column: number;
}

export const BarCell = memo(function BarCell({ bar, technician, scale, now, active, label, column }: Props): ReactElement {
  const { visit } = bar;
  const state = stateOf(visit, now);
  const selected = useIsSelected("visit", visit.id);
  const hovered = useIsHovered(visit.id);
  const moved = useIsMoved(visit.id);
  const filter = useFilter();
  const left = xOf(scale, bar.from);
  const width = Math.max(((bar.until - bar.from) / HOUR) * scale.hour - 1, NARROWEST_BAR);
  const late = visit.late_by >= 60 && state !== "done" ? Math.round(visit.late_by / 60) : 0;
  return (
    <div
      role="gridcell"
      aria-colindex={column}
      aria-label={label}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      className={`timeline-bar ${state}`}
      data-visit={visit.id}
      data-role={bar.role}
      data-technician={technician}
      data-status={visit.status}
      data-hovered={hovered || undefined}
      data-moved={moved || undefined}
      data-dim={!matches(visit, filter) || undefined}
      style={{ left, width, ...barBox(bar.lane) }}
    >
      {width >= 20 && <Kind type={visit.type} priority={visit.priority} />}
      {width >= 40 && <Stage status={visit.status} state={state} />}
      {width >= 58 && (
        <span className="timeline-bar-text" aria-hidden="true">
          <b data-sign={visit.customer.name} /> {width >= 130 && <span data-sign={visit.title} />}
        </span>
      )}
      {late > 0 && width >= 44 && <span className="timeline-bar-late" aria-hidden="true" data-sign={`+${late}′`} />}
      {width < 40 && BADGES[state] !== "" && state !== "done" && <span className="timeline-bar-corner" aria-hidden="true" data-sign={BADGES[state]} />}
      {visit.pin !== null && (
        <span className="timeline-bar-pin">
          <Icon name="pin" size={11} />
        </span>
      )}
    </div>
  );
});

/** The kind of work as its letter on a plate; what is urgent has another shape. */
export function Kind({ type, priority }: { readonly type: string; readonly priority: string }): ReactElement {
  return (
    <span className="timeline-kind" data-priority={priority} data-sign={[...letters(type)][0]} aria-hidden="true" />
  );
}

/** How far it has come, as a sign: sent, accepted, on the way, there, paused, done; and what is wrong, which comes first. */
function Stage({ status, state }: { readonly status: string; readonly state: State }): ReactElement | null {
  if (state === "broken" || state === "at-risk") return <span className="timeline-sign" aria-hidden="true" data-sign={BADGES[state]} />;
  const path = STAGES[status];
  if (path === undefined) return null;
  return (
    <svg className="timeline-stage" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

const RING = "M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0 1.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z";

const STAGES: Readonly<Record<string, string>> = {
  dispatched: RING,
  accepted: `${RING} M5 3.700a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600Z`,
  en_route: "M1.500 1 9 5 1.500 9 3.500 5Z",
  on_site: "M5 .5a3.300 3.300 0 0 1 3.300 3.300C8.300 6.200 5 9.700 5 9.700S1.700 6.200 1.700 3.800A3.300 3.300 0 0 1 5 .5Z",
  working: "M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  paused: "M2 1h2v8H2ZM6 1h2v8H6Z",
  completed: "M1 5.300 2.200 4 4 5.900 7.900 1.700 9.100 2.900 4 8.400Z",
  incomplete: "M1 4h8v2H1Z",
  no_show: "M2.200 1 5 3.800 7.800 1 9 2.200 6.200 5 9 7.800 7.800 9 5 6.200 2.200 9 1 7.800 3.800 5 1 2.200Z",
};
