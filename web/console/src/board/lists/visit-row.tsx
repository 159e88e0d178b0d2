/** One visit in a list: what, where, who, and why it is there. */

import { memo, type ReactElement } from "react";
import { type Board, stateOf, useBoardPart, useNow, type Visit } from "../../live";
import { Icon, PriorityMark, StateMark, useSpan, useStateName, useTargetName } from "../../pieces";
import { useIsHovered } from "../../select";
import { useWords } from "../../words";
import { nextPromise, startOf } from "./rows";
import { whoDoes, whyLate } from "./sentences";
import { TEXTS } from "./texts";

export type ListKind = "unassigned" | "at-risk" | "day";

interface Props {
  readonly visit: Visit;
  readonly kind: ListKind;
}

const MINUTE = 60_000;
/** With less time left than this a promise is pressing. */
const PRESSING_S = 3600;

const wholeBoard = (board: Board | undefined): Board | undefined => board;
const namesOnly = (one: Board | undefined, other: Board | undefined): boolean => one?.edition === other?.edition && one?.technicians.length === other?.technicians.length;

export const VisitRow = memo(function VisitRow({ visit, kind }: Props): ReactElement {
  const words = useWords(TEXTS);
  const now = useNow(MINUTE);
  const state = stateOf(visit, now);
  const stateName = useStateName();
  const hovered = useIsHovered(visit.id);
  return (
    <div className={`list-row ${kind}`} data-hovered={hovered || undefined}>
      <StateMark state={state} />
      <span className="visually-hidden">{stateName(state)}:</span>
      <div className="list-text">
        <p className="list-head">
          <PriorityMark priority={visit.priority} />
          <span className="list-number">{visit.number}</span>
          <span className="list-name">{visit.title}</span>
          <Signs visit={visit} />
          {kind === "day" ? <time className="list-time">{timeOf()}</time> : <TimeLeft visit={visit} now={now} />}
        </p>
        <p className="list-where">
          {kind === "day" && <Who visit={visit} />}
          {kind !== "day" && <span>{visit.customer.name}</span>}
          <span className="list-address">{kind === "day" ? visit.customer.name : visit.site.address}</span>
        </p>
        {kind !== "day" && <Reason visit={visit} kind={kind} />}
      </div>
    </div>
  );

  function timeOf(): string {
    const start = startOf(visit);
    return Number.isFinite(start) ? words.time(new Date(start)) : "";
  }
});

function Who({ visit }: { readonly visit: Visit }): ReactElement {
  const words = useWords(TEXTS);
  const board = useBoardPart(wholeBoard, namesOnly);
  return <span className="list-who">{board === undefined ? "" : whoDoes(visit, board, words)}</span>;
}

function Reason({ visit, kind }: Props): ReactElement | null {
  const words = useWords(TEXTS);
  const span = useSpan();
  const target = useTargetName();
  const board = useBoardPart(wholeBoard, namesOnly);
  if (board === undefined) return null;
  if (kind === "at-risk") return <p className="list-why at-risk">{whyLate(visit, board, { words, span, target })}</p>;
  const [first, ...others] = visit.reasons;
  return (
    <p className="list-why">
      {first ?? words.say("lists.why.none")}
      {others.length > 0 && <span className="list-more"> {words.say("lists.more", { count: others.length })}</span>}
    </p>
  );
}

/** How long until the next promise is due: pressing within the hour. */
function TimeLeft({ visit, now }: { readonly visit: Visit; readonly now: number }): ReactElement | null {
  const words = useWords(TEXTS);
  const span = useSpan();
  const target = useTargetName();
  const promise = nextPromise(visit);
  if (promise === null) return null;
  const left = (Date.parse(promise.due) - now) / 1000;
  const tone = left < 0 ? "missed" : left < PRESSING_S ? "pressing" : "";
  const title = words.say("lists.due.tip", { target: target(promise.target), time: words.time(promise.due) });
  return (
    <span className={`list-left ${tone}`} title={title}>
      {words.say(left < 0 ? "lists.missed" : "lists.left", { span: span(Math.abs(left)) })}
    </span>
  );
}

function Signs({ visit }: { readonly visit: Visit }): ReactElement | null {
  const words = useWords(TEXTS);
  if (visit.pin === null && visit.unread === 0 && !visit.open_dispute && visit.people < 2) return null;
  return (
    <span className="list-signs">
      {visit.people > 1 && (
        <span className="list-sign">
          <Icon name="people" size={12} />
          {visit.people}
        </span>
      )}
      {visit.pin !== null && <Sign icon="pin" name={words.say("lists.pinned")} />}
      {visit.unread > 0 && <Sign icon="message" name={words.say("lists.unread", { count: visit.unread })} />}
      {visit.open_dispute && <Sign icon="question" name={words.say("lists.dispute")} />}
    </span>
  );
}

function Sign({ icon, name }: { readonly icon: "pin" | "message" | "question"; readonly name: string }): ReactElement {
  return (
    <span className={`list-sign ${icon}`} role="img" aria-label={name} title={name}>
      <Icon name={icon} size={12} />
    </span>
  );
}
