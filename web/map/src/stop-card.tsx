/** What is known of the stop that is chosen. */

import type { ReactElement } from "react";
import type { Day } from "@fieldwright/shared/map/day";
import type { Found } from "./map-page";
import { StateMark } from "./state-mark";
import { aboutState } from "./technicians";
import type { PageWords } from "./texts";

interface Props {
  readonly words: PageWords;
  readonly day: Day | null;
  readonly found: Found;
  readonly onClose: () => void;
}

export function StopCard({ words, found, onClose }: Props): ReactElement {
  return (
    <div className="card" role="status">
      <button type="button" className="close" onClick={onClose} aria-label={words.say("close")}>
        ×
      </button>
      {found.kind === "stop" ? <AboutStop words={words} found={found} /> : <AboutOpen words={words} found={found} />}
    </div>
  );
}

function AboutStop({ words, found: { stop, of } }: { words: PageWords; found: Extract<Found, { kind: "stop" }> }): ReactElement {
  const times = [words.say("stop.at", { start: words.time(stop.start), end: words.time(stop.end) })];
  if (stop.due !== null) times.push(words.say("stop.due", { due: words.time(stop.due) }));
  return (
    <>
      <h2>
        <StateMark state={stop.state} label={String(stop.order)} />
        {stop.title}
      </h2>
      <p className={`standing ${stop.state}`}>{aboutState(stop, words)}</p>
      <p>{times.join(" · ")}</p>
      <p className="muted">
        {stop.number} · {words.say("stop.of", { order: stop.order, name: of.name })}
      </p>
    </>
  );
}

function AboutOpen({ words, found: { open } }: { words: PageWords; found: Extract<Found, { kind: "open" }> }): ReactElement {
  return (
    <>
      <h2>
        <StateMark state="unassigned" />
        {open.title}
      </h2>
      <p>{words.say("reason.none")}</p>
      <p className="muted">{open.number}</p>
    </>
  );
}
