/** The shift: begun and ended by a tap, its breaks as well; who is on duty is told where they are. */

import { type ReactElement, useState } from "react";
import { type Day, onDuty } from "../../day/day";
import type { BreakOfShift, ShiftDocument } from "../../day/documents";
import { isFinal } from "../../day/lifecycle";
import type { Following } from "../../duty/following";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { act } from "../../sync";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly day: Day;
  readonly following: Following;
}

export function Shift({ words, day, following }: Props): ReactElement {
  const { going, failed, tap } = useTapping(words);
  const [sure, setSure] = useState(false);
  const shift = day.shift ?? day.shifts.at(-1) ?? null;
  if (shift === null) {
    return (
      <section className="part">
        <h2>{words.say("me.shift")}</h2>
        <p>{words.say("me.shift.none")}</p>
      </section>
    );
  }
  const on = shift.began_at !== null && shift.ended_at === null;
  const end = async (): Promise<void> => {
    if (await tap(() => act("end_shift", null, { shift: shift.shift }))) setSure(false);
  };
  return (
    <section className="part stack">
      <h2>{words.say("me.shift")}</h2>
      <p className="time">{words.say("me.shift.planned", { start: words.time(shift.starts_at), end: words.time(shift.ends_at) })}</p>
      <p className="muted">{soFar(shift, words)}</p>
      {shift.began_at === null && (
        <button
          type="button"
          className="main"
          disabled={going}
          onClick={() => void tap(() => act("begin_shift", null, { shift: shift.shift }))}
        >
          {words.say("me.shift.begin")}
        </button>
      )}
      {shift.breaks.map((one) => (
        <Break key={one.id} words={words} shift={shift} rest={one} going={going} tap={tap} />
      ))}
      {on && (
        <button type="button" className="second" onClick={() => setSure(true)}>
          {words.say("me.shift.end")}
        </button>
      )}
      <p className="complaint" role="alert">
        {failed}
      </p>
      <p className="muted">{words.say(onDuty(day) && following.state === "denied" ? "me.followed.no" : "me.followed")}</p>
      {sure && (
        <Sheet words={words} title={words.say("me.shift.end.sure")} onClose={() => setSure(false)}>
          <OpenVisits words={words} day={day} />
          <button type="button" className="main" disabled={going} onClick={() => void end()}>
            {words.say("me.shift.end")}
          </button>
        </Sheet>
      )}
    </section>
  );
}

function soFar({ began_at, ended_at }: ShiftDocument, words: FieldWords): string {
  const said: string[] = [];
  if (began_at !== null) said.push(words.say("me.shift.began", { time: words.time(began_at) }));
  if (ended_at !== null) said.push(words.say("me.shift.ended", { time: words.time(ended_at) }));
  return said.join(" · ");
}

function OpenVisits({ words, day }: { readonly words: FieldWords; readonly day: Day }): ReactElement | null {
  const open = day.visits.filter((one) => !isFinal(one.status)).length;
  const planned = day.planned.length;
  if (open + planned === 0) return null;
  return (
    <p className="warning">
      {open > 0 && words.say("me.shift.end.open", { count: open })}
      {open > 0 && planned > 0 && " "}
      {planned > 0 && words.say(open > 0 ? "me.shift.end.planned-too" : "me.shift.end.planned", { count: planned })}
    </p>
  );
}

interface BreakProps {
  readonly words: FieldWords;
  readonly shift: ShiftDocument;
  readonly rest: BreakOfShift;
  readonly going: boolean;
  readonly tap: (work: () => Promise<unknown>) => Promise<boolean>;
}

function Break({ words, shift, rest, going, tap }: BreakProps): ReactElement {
  const { id, duration, earliest, latest, taken_at, ended_at } = rest;
  const on = shift.began_at !== null && shift.ended_at === null;
  const minutes = Math.round(duration / 60);
  const about = { shift: shift.shift, break: id };
  return (
    <div className="break">
      {taken_at === null && <p>{words.say("me.break", { minutes, start: words.time(earliest), end: words.time(latest) })}</p>}
      {taken_at !== null && ended_at === null && <p>{words.say("me.break.on", { time: words.time(taken_at) })}</p>}
      {taken_at !== null && ended_at !== null && (
        <p>{words.say("me.break.taken", { start: words.time(taken_at), end: words.time(ended_at) })}</p>
      )}
      {on && taken_at === null && (
        <button type="button" className="second" disabled={going} onClick={() => void tap(() => act("take_break", null, about))}>
          {words.say("me.break.take")}
        </button>
      )}
      {on && taken_at !== null && ended_at === null && (
        <button type="button" className="main" disabled={going} onClick={() => void tap(() => act("end_break", null, about))}>
          {words.say("me.break.end")}
        </button>
      )}
    </div>
  );
}
