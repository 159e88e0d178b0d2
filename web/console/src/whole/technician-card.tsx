/** A technician: how their day stands, where they are, how to reach them, what they can do, their time sheet. */

import type { ReactElement } from "react";
import { isDone, stateOf, useBoardPart, useNow, useTechnician, type Visit } from "../live";
import { Badge, Person, Skills, StateMark, TimeOf, useDutyName, useSpan } from "../pieces";
import { select } from "../select";
import { useWords } from "../words";
import { useTimeSheet } from "./asking";
import { Illness } from "./illness";
import { Part, Ring } from "./pieces";
import { TEXTS } from "./texts";

const MINUTE = 60_000;

export function TechnicianCard({ id }: { readonly id: string }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const duty = useDutyName();
  const now = useNow(MINUTE);
  const person = useTechnician(id);
  const visits = useBoardPart((board) => board?.visitById);
  const sheet = useTimeSheet(id).data;
  if (person === undefined) return <p className="whole-muted">{words.say("whole.gone")}</p>;
  const stops = person.shifts.flatMap((one) => one.stops).map((one) => visits?.get(one.visit)).filter((one): one is Visit => one !== undefined);
  const { position } = person;
  return (
    <article className="whole" aria-labelledby="whole-title">
      <header className="whole-head">
        <div>
          <h2 id="whole-title">
            <Person name={person.name} detail={duty(person.state)} />
          </h2>
        </div>
      </header>
      <p>
        <Ring number={person.phone} name={person.name} />
      </p>
      <p className="whole-muted">
        {position === null ? words.say("whole.position.none") : words.say("whole.position", { ago: span((now - Date.parse(position.at)) / 1000) })}
      </p>
      {person.absences.map((one) => (
        <Badge key={one.id} tone="warning">
          {words.say("whole.absent", { from: words.time(one.from), until: words.time(one.until), reason: one.reason })}
        </Badge>
      ))}
      <Illness technician={person} />
      <Part title={words.say("whole.skills")}>
        <Skills skills={person.skills} />
      </Part>
      <Part title={words.say("whole.today")} aside={words.say("whole.done-of", { done: stops.filter(isDone).length, all: stops.length })}>
        {person.shifts.length === 0 && <p className="whole-muted">{words.say("whole.shift.none")}</p>}
        {person.shifts.map((one) => (
          <p key={one.id} className="whole-muted">
            {words.say("whole.shift", { start: words.time(one.starts_at), end: words.time(one.ends_at) })}
          </p>
        ))}
        <ol className="whole-lines">
          {stops.map((one) => (
            <li key={one.id}>
              <StateMark state={stateOf(one, now)} />{" "}
              <button type="button" className="whole-to" onClick={() => select({ kind: "visit", id: one.id })}>
                {one.planned[0] !== undefined && <TimeOf at={one.planned[0].start} />} {one.number} {one.title}
              </button>
            </li>
          ))}
        </ol>
      </Part>
      <Part title={words.say("whole.sheet")}>
        {sheet === undefined || sheet.totals.shift === 0 ? (
          <p className="whole-muted">{words.say("whole.sheet.none")}</p>
        ) : (
          <ul className="whole-lines">
            {sheet.days
              .filter((one) => one.totals.shift > 0)
              .map((one) => (
                <li key={one.date}>
                  {words.date(`${one.date}T12:00:00Z`)}: {span(one.totals.shift)} {words.say("whole.sheet.work")}
                </li>
              ))}
          </ul>
        )}
      </Part>
    </article>
  );
}
