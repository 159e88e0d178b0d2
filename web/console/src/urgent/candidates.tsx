/** Who could come and when, with what it costs the others; or a window that could be promised. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Badge, Empty, Icon, Problem, Tabs, useTargetName, Waiting } from "../pieces";
import type { Target } from "../live";
import { useWords } from "../words";
import type { AtHand, Choice, MadeWay, PricedSlot } from "./form";
import { Row } from "./row";
import { TEXTS } from "./texts";
import { Ways } from "./ways";

interface Props {
  readonly data: AtHand | undefined;
  /** Who could come sooner if a visit gave way. */
  readonly ways: UseQueryResult<readonly MadeWay[]>;
  readonly error: unknown;
  readonly onAgain: () => void;
  /** Something is being asked for at all. */
  readonly asked: boolean;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

export function Candidates({ data, ways, error, onAgain, asked, choice, onChoose }: Props): ReactElement {
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
          { id: "people", title: words.say("urgent.people"), count: data.candidates.length, content: <People data={data} ways={ways} choice={choice} onChoose={onChoose} /> },
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

function People({ data, ways, choice, onChoose }: Choosing & Pick<Props, "ways">): ReactElement {
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
            chosen={choice?.kind === "person" && choice.way === undefined && choice.technician === one.technician}
            onChoose={() => onChoose({ kind: "person", technician: one.technician, name: one.name, start: one.start })}
          />
        </li>
      ))}
      <Ways ways={ways} now={data.now} choice={choice} onChoose={onChoose} />
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
