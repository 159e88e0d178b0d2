/**
 * The day: what is next fills the first screen, with one big button; then what has changed, what follows, what is only
 * planned, tomorrow.
 */

import type { ReactElement } from "react";
import { onDuty } from "../../day/day";
import type { ShiftDocument, VisitDocument } from "../../day/documents";
import { isFinal } from "../../day/lifecycle";
import type { Here } from "../../duty/geofence";
import { Bar } from "../../pieces/bar";
import { useTapping } from "../../pieces/tapping";
import { act, type Kept, useDay } from "../../sync";
import type { FieldWords } from "../../texts";
import { NextStep } from "../visit/next-step";
import { NextVisit } from "./next-visit";
import { News } from "./news";
import { Refusals } from "./refusals";
import { VisitLine } from "./visit-line";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
  readonly here: Here | null;
}

export function Today({ words, kept, here }: Props): ReactElement {
  const day = useDay();
  const { next, planned, shift } = day;
  const others = day.visits.filter((one) => one !== next);
  const ahead = others.filter((one) => !isFinal(one.status));
  const later = ahead.filter((one) => one.early !== true);
  const mayChange = [...ahead.filter((one) => one.early === true), ...planned];
  const done = others.filter((one) => isFinal(one.status));
  const read = kept.meta.cursor !== undefined;
  return (
    <main className="screen" id="content" tabIndex={-1}>
      <header className="day">
        <h1>{day.me === null ? words.say("tab.today") : words.date(today(kept))}</h1>
        {day.me !== null && <p className="muted">{zoned(words, day.me.time_zone)}</p>}
      </header>
      <Refusals words={words} kept={kept} />
      {next !== null && <NextVisit words={words} visit={next} notices={day.notices} />}
      <News words={words} kept={kept} day={day} />
      {!read && <p className="muted">{words.say(kept.meta.contact?.heard == null ? "today.reading" : "today.forgotten")}</p>}
      {read && next === null && <Empty words={words} done={done.length > 0} coming={planned[0] ?? null} />}
      <Visits title={words.say("today.later")} visits={later} words={words} kept={kept} />
      <Visits title={words.say("today.planned")} visits={mayChange} words={words} kept={kept} note={words.say("today.planned.note")} />
      <Visits title={words.say("today.tomorrow")} visits={day.tomorrow} words={words} kept={kept} note={words.say("today.tomorrow.note")} />
      <Visits title={words.say("today.done-ones")} visits={done} words={words} kept={kept} />
      {next !== null && <NextStep words={words} visit={next} here={here} />}
      {next === null && planned.some((one) => one.day === shift?.day) && shift !== null && !onDuty(day) && (
        <Beginning words={words} shift={shift} />
      )}
    </main>
  );
}

/** Noon of the day that is kept, so that no zone makes another day of it. */
function today(kept: Kept): Date {
  const date = kept.meta.day?.date;
  return date === undefined ? new Date() : new Date(`${date}T12:00:00Z`);
}

/** The zone is named where it is not the phone's own. */
function zoned(words: FieldWords, zone: string): string {
  return zone === Intl.DateTimeFormat().resolvedOptions().timeZone ? "" : words.say("zone", { zone: zone.replaceAll("_", " ") });
}

/** Who waits for the first visit of the day begins to work all the same. */
function Beginning({ words, shift }: { readonly words: FieldWords; readonly shift: ShiftDocument }): ReactElement {
  const { going, failed, tap } = useTapping(words);
  return (
    <Bar>
      <p className="complaint" role="alert">
        {failed}
      </p>
      <button
        type="button"
        className="main begin"
        disabled={going}
        onClick={() => void tap(() => act("begin_shift", null, { shift: shift.shift }))}
      >
        {words.say("step.begin-shift")}
      </button>
    </Bar>
  );
}

interface EmptyProps {
  readonly words: FieldWords;
  readonly done: boolean;
  /** What is planned next, and is not handed over. */
  readonly coming: VisitDocument | null;
}

function Empty({ words, done, coming }: EmptyProps): ReactElement {
  if (coming !== null) {
    return (
      <div className="empty">
        <h2>{words.say("today.waiting")}</h2>
        <p>{words.say("today.waiting.next", { time: words.time(coming.planned?.start ?? "") })}</p>
      </div>
    );
  }
  return (
    <div className="empty">
      <h2>{words.say(done ? "today.done" : "today.none")}</h2>
      <p>{words.say(done ? "today.done.next" : "today.none.next")}</p>
    </div>
  );
}

interface VisitsProps {
  readonly words: FieldWords;
  readonly kept: Kept;
  readonly title: string;
  readonly visits: readonly VisitDocument[];
  readonly note?: string;
}

function Visits({ words, kept, title, visits, note }: VisitsProps): ReactElement | null {
  if (visits.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      {note !== undefined && <p className="muted">{note}</p>}
      <ul className="visits">
        {visits.map((one) => (
          <VisitLine key={one.id} words={words} visit={one} kept={kept} />
        ))}
      </ul>
    </section>
  );
}
