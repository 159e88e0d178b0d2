/** What the signs on the map mean. */

import type { ReactElement } from "react";
import { STATES } from "@fieldwright/shared/map/colours";
import { StateMark } from "./state-mark";
import type { PageWords } from "./texts";

export function Legend({ words }: { readonly words: PageWords }): ReactElement {
  return (
    <details className="legend">
      <summary>{words.say("legend")}</summary>
      <ul>
        {STATES.map((state) => (
          <li key={state}>
            {state === "unassigned" ? <StateMark state={state} /> : <StateMark state={state} label="3" />}
            {words.say(`state.${state}`)}
          </li>
        ))}
        <li>
          <span className="line" aria-hidden="true" />
          {words.say("legend.road")}
        </li>
        <li>
          <span className="line estimated" aria-hidden="true" />
          {words.say("legend.estimate")}
        </li>
        <li>
          <span className="initials small" data-known="true" aria-hidden="true">
            AR
          </span>
          {words.say("legend.person")}
        </li>
        <li>
          <span className="house" aria-hidden="true">
            ⌂
          </span>
          {words.say("legend.base")}
        </li>
      </ul>
    </details>
  );
}
