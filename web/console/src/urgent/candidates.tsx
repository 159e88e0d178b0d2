/** Who could come and when, with what it costs the others; or a window that could be promised. */

import type { ReactElement } from "react";
import { Badge, Empty, Icon, Person, Problem, Tabs, useSpan, useTargetName, Waiting } from "../pieces";
import type { Target } from "../live";
import { hover, useHover } from "../select";
import { useWords } from "../words";
import type { AtHand, Candidate, Choice, PricedSlot } from "./form";
import { TEXTS } from "./texts";

interface Props {
  readonly data: AtHand | undefined;
  readonly error: unknown;
  readonly onAgain: () => void;
  /** Something is being asked for at all. */
  readonly asked: boolean;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

export function Candidates({ data, error, onAgain, asked, choice, onChoose }: Props): ReactElement {
  const words = useWords(TEXTS);
  if (!asked) return <Empty icon="people" title={words.say("urgent.look.first")} />;
  if (data === undefined) return error === null ? <Waiting>{words.say("urgent.looking")}</Waiting> : <Problem error={error} onAgain={onAgain} />;
  return (
    <>
      <Promised data={data} />
      <Problem error={error} compact />
      <Tabs<"people" | "slots">
        label={words.say("urgent.come")}
        tabs={[
          { id: "people", title: words.say("urgent.people"), count: data.candidates.length, content: <People data={data} choice={choice} onChoose={onChoose} /> },
          { id: "slots", title: words.say("urgent.slots"), count: data.slots.length, content: <Slots data={data} choice={choice} onChoose={onChoose} /> },
        ]}
      />
    </>
  );
}

function Promised({ data }: { readonly data: AtHand }): ReactElement {
  const words = useWords(TEXTS);
  const target = useTargetName();
  const promises = Object.entries(data.promises).map(([name, due]) => words.say("urgent.promise", { target: target(name as Target), time: words.time(due) }));
  return (
    <p className="urgent-muted">
      {data.policy === null ? words.say("urgent.promise.none") : words.say("urgent.promises", { policy: data.policy, promises: promises.join(" · ") })}
    </p>
  );
}

type Choosing = Pick<Props, "choice" | "onChoose"> & { readonly data: AtHand };

function People({ data, choice, onChoose }: Choosing): ReactElement {
  const words = useWords(TEXTS);
  return (
    <ul className="urgent-people">
      {data.candidates.length === 0 && (
        <li>
          <Empty title={words.say("urgent.nobody")}>
            <p>{words.say("urgent.nobody.why", { unable: data.unable, without: data.without_skill })}</p>
            <p>{words.say("urgent.nobody.next")}</p>
          </Empty>
        </li>
      )}
      {data.candidates.map((one) => (
        <li key={one.technician}>
          <Row
            one={one}
            now={data.now}
            chosen={choice?.kind === "person" && choice.technician === one.technician}
            onChoose={() => onChoose({ kind: "person", technician: one.technician, name: one.name, start: one.start })}
          />
        </li>
      ))}
      <li>
        <button type="button" className="urgent-person" aria-pressed={choice?.kind === "plan"} onClick={() => onChoose({ kind: "plan" })}>
          <span className="urgent-plan">
            <Icon name="proposal" /> <strong>{words.say("urgent.plan")}</strong>
          </span>
          <span className="urgent-muted">{words.say("urgent.plan.text")}</span>
        </button>
      </li>
    </ul>
  );
}

function Row({ one, now, chosen, onChoose }: { readonly one: Candidate; readonly now: string; readonly chosen: boolean; readonly onChoose: () => void }): ReactElement {
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
    </button>
  );

  function delays({ delayed }: Candidate): string {
    if (delayed.length === 0) return words.say("urgent.delays.none");
    const broken = delayed.filter((visit) => visit.breaks_promise).map((visit) => visit.number);
    const said = words.say("urgent.delays", { n: delayed.length, span: span(Math.max(...delayed.map((visit) => visit.seconds))) });
    return broken.length === 0 ? said : `${said}, ${words.say("urgent.delays.promise", { numbers: broken.join(", ") })}`;
  }
}

function Slots({ data, choice, onChoose }: Choosing): ReactElement {
  const words = useWords(TEXTS);
  if (data.slots.length === 0) return <Empty title={words.say("urgent.slot.none")} />;
  return (
    <ul className="urgent-people">
      {data.slots.map((one) => (
        <li key={one.earliest}>
          <Slot one={one} chosen={choice?.kind === "slot" && choice.earliest === one.earliest} onChoose={() => onChoose({ kind: "slot", earliest: one.earliest, latest: one.latest })} />
        </li>
      ))}
    </ul>
  );
}

function Slot({ one, chosen, onChoose }: { readonly one: PricedSlot; readonly chosen: boolean; readonly onChoose: () => void }): ReactElement {
  const words = useWords(TEXTS);
  const name = one.names.join(", ");
  return (
    <button type="button" className="urgent-person" aria-pressed={chosen} onClick={onChoose}>
      <span className="urgent-row">
        <strong className="urgent-time">{words.say("urgent.slot", { day: words.date(one.earliest), earliest: words.time(one.earliest), latest: words.time(one.latest) })}</strong>
        {one.promises_kept && <Badge tone="good">{words.say("urgent.kept")}</Badge>}
        <span className="urgent-cost" title={words.say("urgent.cost.long")}>
          {words.say("urgent.cost", { cost: Math.round(one.cost) })}
        </span>
      </span>
      <span className="urgent-muted">{words.say("urgent.slot.start", { name, time: words.time(one.start) })}</span>
    </button>
  );
}
