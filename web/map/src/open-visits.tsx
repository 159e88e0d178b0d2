/** What nobody has yet. */

import type { ReactElement } from "react";
import type { OpenVisit } from "@fieldwright/shared/map/day";
import type { Chosen } from "@fieldwright/shared/map/day-map";
import { StateMark } from "./state-mark";
import type { PageWords } from "./texts";

interface Props {
  readonly words: PageWords;
  readonly open: readonly OpenVisit[];
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

export function OpenVisits({ words, open, chosen, onChoose }: Props): ReactElement {
  return (
    <section aria-labelledby="open-title">
      <div className="title">
        <h2 id="open-title">
          {words.say("open")} <span className="number">{open.length}</span>
        </h2>
      </div>
      {open.length === 0 && <p className="muted">{words.say("open.none")}</p>}
      <ul className="stops">
        {open.map((one) => (
          <li key={one.visit}>
            <button
              type="button"
              className="stop"
              aria-current={chosen.visit === one.visit}
              onClick={() => onChoose({ technician: null, visit: one.visit })}
            >
              <StateMark state="unassigned" />
              <span className="when">{one.number}</span>
              <span className="what">{one.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
