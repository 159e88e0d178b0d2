/** One person, or one crew, who could come: when, how late, at what cost, and whom it delays. */

import type { ReactElement } from "react";
import { Badge, Person, useSpan } from "../pieces";
import { hover, useHover } from "../select";
import { useWords } from "../words";
import type { Candidate } from "./form";
import { TEXTS } from "./texts";

interface RowProps {
  readonly one: Candidate;
  readonly now: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  /** What is said besides of what comes with it. */
  readonly besides?: string;
}

export function Row({ one, now, chosen, onChoose, besides }: RowProps): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const pointed = useHover() === one.technician;
  const sameDay = words.date(one.arrival) === words.date(now);
  const wait = (Date.parse(one.arrival) - Date.parse(now)) / 1000;
  return (
    <button
      type="button"
      className="urgent-person"
      aria-pressed={chosen}
      data-pointed={pointed || undefined}
      onClick={onChoose}
      onMouseEnter={() => hover(one.technician)}
      onMouseLeave={() => hover(null)}
      onFocus={() => hover(one.technician)}
      onBlur={() => hover(null)}
    >
      <span className="urgent-row">
        <Person small name={one.name} />
        <strong className="urgent-time">{words.time(one.arrival)}</strong>
        <span className="urgent-muted">{sameDay ? words.say("urgent.in", { span: span(wait) }) : words.date(one.arrival)}</span>
        {one.late_by > 0 ? <Badge tone="bad">{words.say("urgent.late", { span: span(one.late_by) })}</Badge> : one.on_site_kept === true && <Badge tone="good">{words.say("urgent.kept")}</Badge>}
        {one.best && <Badge tone="action">{words.say("urgent.best")}</Badge>}
        {one.asked_for ? <Badge>{words.say("urgent.asked")}</Badge> : one.senior && <Badge>{words.say("urgent.senior")}</Badge>}
        <span className="urgent-cost" title={words.say("urgent.cost.long")}>
          {words.say("urgent.cost", { cost: Math.round(one.cost) })}
        </span>
      </span>
      <span className="urgent-muted">
        {[
          one.leaves_number === null ? (one.seen_at === null ? words.say("urgent.base") : words.say("urgent.from.now")) : words.say("urgent.from.visit", { number: one.leaves_number }),
          words.say("urgent.drive", { span: span(one.travel_seconds), km: Math.round(one.travel_metres / 100) / 10 }),
          delays(one),
        ].join(" · ")}
      </span>
      {one.crew.length > 1 && <span>{words.say("urgent.crew", { names: crew(one).join(words.say("urgent.crew.and")) })}</span>}
      {besides !== undefined && <span>{besides}</span>}
    </button>
  );

  /** The others of a crew, each with when they are there. */
  function crew({ crew: members }: Candidate): string[] {
    return members.slice(1).map(({ name, arrival }) => words.say("urgent.crew.member", { name, time: words.time(arrival) }));
  }

  function delays({ delayed }: Candidate): string {
    if (delayed.length === 0) return words.say("urgent.delays.none");
    const broken = delayed.filter((visit) => visit.breaks_promise).map((visit) => visit.number);
    const said = words.say("urgent.delays", { n: delayed.length, span: span(Math.max(...delayed.map((visit) => visit.seconds))) });
    return broken.length === 0 ? said : `${said}, ${words.say("urgent.delays.promise", { numbers: broken.join(", ") })}`;
  }
}
