/** The heading of a territory; it hides and shows its technicians. */

import { memo, type ReactElement } from "react";
import { Icon } from "../../pieces";
import type { Line } from "./rows";
import type { TimelineWords } from "./texts";

interface Props {
  readonly line: Extract<Line, { kind: "group" }>;
  readonly number: number;
  readonly words: TimelineWords;
  readonly active: boolean;
}

export const GroupRow = memo(function GroupRow({ line, number, words, active }: Props): ReactElement {
  return (
    <div role="row" aria-level={1} aria-expanded={line.open} aria-rowindex={number} className="timeline-group" style={{ top: line.top, height: line.height }}>
      <div
        role="rowheader"
        className="timeline-group-name"
        data-group={line.id}
        tabIndex={active ? 0 : -1}
        aria-label={`${line.name} ${words.say("timeline.people", { count: line.people })}${line.locked === null ? "" : ` ${words.say("timeline.locked", { time: words.time(line.locked) })}`}`}
        title={words.say("timeline.close-group", { name: line.name })}
      >
        <Icon name={line.open ? "down" : "right"} size={12} />
        <b>{line.name}</b>
        <span>{words.say("timeline.people", { count: line.people })}</span>
        {line.locked !== null && (
          <span className="timeline-locked" title={words.say("timeline.locked", { time: words.time(line.locked) })}>
            <Icon name="lock" size={12} />
            {words.say("timeline.locked", { time: words.time(line.locked) })}
          </span>
        )}
      </div>
    </div>
  );
});
