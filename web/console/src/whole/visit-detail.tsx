/** A visit: what, where, who, when, what was promised, what happened, what was written down; and what may be done. */

import type { ReactElement } from "react";
import { type Actual, stateOf, useBoardPart, useNow, useVisit, type Visit } from "../live";
import { Badge, Button, Person, PriorityMark, Problem, Sentence, Skills, StateMark, TimeOf, useSpan, useStatusName, useTargetName } from "../pieces";
import { select } from "../select";
import { useWords } from "../words";
import { useVisitRow } from "./asking";
import { Facts, Part } from "./pieces";
import { Record } from "./record";
import { Steps } from "./steps";
import { TEXTS } from "./texts";

const MINUTE = 60_000;
const STEPS = ["dispatched_at", "accepted_at", "departed_at", "arrived_at", "started_at", "paused_at", "finished_at"] as const satisfies readonly (keyof Actual)[];

export function VisitDetail({ id }: { readonly id: string }): ReactElement {
  const words = useWords(TEXTS);
  const visit = useVisit(id);
  const row = useVisitRow(id, visit?.version ?? 0);
  const status = useStatusName();
  const span = useSpan();
  const now = useNow(MINUTE);
  if (visit === undefined) {
    const job = row.data?.job_id;
    return (
      <div className="whole">
        <p className="whole-muted">{words.say("whole.gone")}</p>
        {job !== undefined && <Button onPress={() => select({ kind: "job", id: job })}>{words.say("whole.job")}</Button>}
      </div>
    );
  }
  const { customer, site } = visit;
  return (
    <article className="whole" aria-labelledby="whole-title">
      <header className="whole-head">
        <StateMark state={stateOf(visit, now)} />
        <div>
          <h2 id="whole-title">
            <PriorityMark priority={visit.priority} /> {visit.title}
          </h2>
          <p className="whole-muted">
            <button type="button" className="whole-to" onClick={() => select({ kind: "job", id: visit.job })}>
              {visit.number}
            </button>{" "}
            · {visit.type} · <Badge>{status(visit.status)}</Badge>
          </p>
        </div>
      </header>
      {visit.reasons.map((one) => (
        <Sentence key={one} tone="warning">
          {one}
        </Sentence>
      ))}
      <Part title={words.say("whole.customer")}>
        <button type="button" className="whole-to" onClick={() => select({ kind: "customer", id: customer.id })}>
          {customer.name}
        </button>
        <p>{site.address}</p>
        {site.lat === null && <Badge tone="bad">{words.say("whole.no-place")}</Badge>}
      </Part>
      <Who visit={visit} />
      <Part title={words.say("whole.when")}>
        <p>
          {words.say("whole.duration", { span: span(visit.duration) })}
          {(row.data?.extended ?? 0) > 0 && `, ${words.say("whole.extended", { span: span(row.data?.extended ?? 0) })}`}
        </p>
        {visit.windows.map(({ earliest, latest }) => (
          <p key={earliest}>
            {words.say(visit.appointment === null ? "whole.window" : "whole.appointment", { earliest: words.time(earliest), latest: words.time(latest) })}
          </p>
        ))}
        <Skills skills={visit.skills} />
        <Promises visit={visit} />
      </Part>
      <Part title={words.say("whole.steps")}>
        <Facts facts={STEPS.map((one) => (visit.actual[one] === null ? null : [words.say(`whole.${one}`), <TimeOf key={one} at={visit.actual[one]} />]))} />
        {row.data !== undefined && row.data.outcome !== "" && <p>{row.data.outcome}</p>}
        <Problem error={row.error} compact />
        {row.data !== undefined && <Steps of="visits" id={id} version={row.data.version} number={visit.number} actions={row.data.actions ?? []} />}
      </Part>
      <Record visit={id} mark={visit.version} />
    </article>
  );
}

function Who({ visit }: { readonly visit: Visit }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const people = useBoardPart((board) => board?.technicianById);
  return (
    <Part title={words.say("whole.who")}>
      {visit.planned.length === 0 && <p className="whole-muted">{words.say("whole.nobody")}</p>}
      {visit.planned.map((one) => (
        <div key={one.role} className="whole-person">
          <button type="button" className="whole-to" onClick={() => select({ kind: "technician", id: one.technician })}>
            <Person small name={people?.get(one.technician)?.name ?? one.technician} />
          </button>
          <p>{words.say("whole.arrives", { arrival: words.time(one.arrival), start: words.time(one.start), end: words.time(one.end) })}</p>
          {one.travel_seconds !== null && one.travel_metres !== null && (
            <p className="whole-muted">{words.say("whole.drive", { span: span(one.travel_seconds), km: Math.round(one.travel_metres / 100) / 10 })}</p>
          )}
        </div>
      ))}
    </Part>
  );
}

function Promises({ visit }: { readonly visit: Visit }): ReactElement | null {
  const words = useWords(TEXTS);
  const target = useTargetName();
  if (visit.promises.length === 0) return null;
  return (
    <ul className="whole-lines" aria-label={words.say("whole.promises")}>
      {visit.promises.map((one) => {
        const threatened = visit.jeopardy?.target === one.target;
        return (
          <li key={one.target}>
            {words.say("whole.promise", { target: target(one.target), time: words.time(one.due) })}{" "}
            {threatened && <Badge tone="warning">{target(one.target)}</Badge>}
          </li>
        );
      })}
    </ul>
  );
}
