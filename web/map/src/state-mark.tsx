/** The sign of a state: a colour, and a shape that says the same. */

import type { ReactElement } from "react";
import { BADGES, type State } from "@fieldwright/shared/map/colours";

interface Props {
  readonly state: State;
  /** Inside: the number of the stop. Without it, the sign alone. */
  readonly label?: string;
}

export function StateMark({ state, label }: Props): ReactElement {
  return (
    <span className={`mark ${state}`} aria-hidden="true">
      {label ?? BADGES[state]}
      {label !== undefined && BADGES[state] !== "" && <span className="badge">{BADGES[state]}</span>}
    </span>
  );
}
