/** What the signs on the map mean. */

import type { ReactElement } from "react";
import { STATES } from "@fieldwright/shared/map/colours";
import { StateMark } from "../../pieces";
import { useWords } from "../../words";
import { TEXTS } from "./texts";

export function Legend({ proposal }: { readonly proposal: boolean }): ReactElement {
  const words = useWords(TEXTS);
  return (
    <details className="map-legend">
      <summary>{words.say("map.keep")}</summary>
      <ul>
        {STATES.map((state) => (
          <li key={state}>
            {state === "unassigned" ? <StateMark state={state} /> : <StateMark state={state} label="3" />}
            {words.say(`map.state.${state}`)}
          </li>
        ))}
        <li>
          <span className="map-line map-line-estimate" aria-hidden="true" />
          {words.say("map.legend.estimate")}
        </li>
        {proposal && (
          <>
            <li>
              <span className="map-line map-line-old" aria-hidden="true" />
              {words.say("map.legend.old")}
            </li>
            <li>
              <span className="map-line" aria-hidden="true" />
              {words.say("map.legend.new")}
            </li>
            <li>
              <span className="map-moved" aria-hidden="true" />
              {words.say("map.legend.moved")}
            </li>
          </>
        )}
      </ul>
    </details>
  );
}
