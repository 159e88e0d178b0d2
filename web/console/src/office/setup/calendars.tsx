/** Business calendars: when time counts. */

import { type ReactElement, useId, useState } from "react";
import { change as send, type Shape } from "../../request";
import { useReading } from "../../words";
import { DayField } from "../../pieces";
import { ClockInput, DurationInput, sentence } from "../kit/fields";
import type { OfficeWords, OwnField, Reference, Resource } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { instantOf } from "../kit/wall";
import { dayName, weekdayName } from "../roster/day-names";
import { useToday } from "../people/running-out";
import { DAYS, HoursField } from "./hours-field";

type Calendar = Shape<"CalendarShape">;

export const CALENDAR: Reference = { path: "/api/v1/calendars", named: (row) => String(row.name) };

function Holidays({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const days = (values.holidays as readonly string[] | null) ?? [];
  const [fresh, setFresh] = useState("");
  const sorted = [...days].sort();
  return (
    <div className="office-rows">
      <ul className="office-chips">
        {sorted.map((one) => (
          <li key={one}>
            {dayName(one, words.language, "short")} {one.slice(0, 4)}
            {!readOnly && <button type="button" className="office-icon" aria-label={words.say("calendars.holiday-remove", { day: one })} onClick={() => change({ holidays: days.filter((day) => day !== one) })}>×</button>}
          </li>
        ))}
        {sorted.length === 0 && <li className="office-quiet plain">{words.say("calendars.no-holidays")}</li>}
      </ul>
      {!readOnly && (
        <span className="office-row">
          <DayField label={words.say("calendars.holiday")} value={fresh} onChange={setFresh} />
          <button type="button" className="office-button" disabled={fresh === "" || days.includes(fresh)} onClick={() => (change({ holidays: [...days, fresh].sort() }), setFresh(""))}>+ {words.say("calendars.holiday-add")}</button>
        </span>
      )}
      {complaints.filter(({ within }) => within.length > 0).map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>)}
    </div>
  );
}

/** An instant to try something at, as date and time of the place. */
export function TryAt({ words, onTry, zone, children }: { readonly words: OfficeWords; readonly zone: string; readonly onTry: (at: string) => void; readonly children?: ReactElement }): ReactElement {
  const id = useId();
  const today = useToday();
  const [other, setDate] = useState<string | null>(null);
  const date = other ?? today;
  const [time, setTime] = useState("16:30");
  return (
    <div className="office-row wrap">
      <span className="office-sub" id={`${id}-date`}>{words.say("try.at")}</span>
      <DayField labelledBy={`${id}-date`} value={date} onChange={setDate} />
      <ClockInput aria-label={words.say("try.time")} value={time} onChange={setTime} />
      {children}
      <button type="button" className="office-button" disabled={date === "" || !/^\d\d:\d\d$/.test(time)} onClick={() => onTry(instantOf({ date, time }, zone))}>{words.say("try.go")}</button>
    </div>
  );
}

function TryCalendar({ calendar, words }: { readonly calendar: Calendar; readonly words: OfficeWords }): ReactElement {
  const { timeZone } = useReading();
  const zone = calendar.time_zone ?? timeZone ?? "UTC";
  const [seconds, setSeconds] = useState<number | null>(4 * 3600);
  const [answer, setAnswer] = useState<Shape<"CalendarAnswer"> | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function ask(at: string): Promise<void> {
    setError(null);
    const question = { at, seconds: Number.isNaN(seconds) ? 0 : (seconds ?? 0), ...(calendar.time_zone === null ? { time_zone: zone } : {}) };
    try {
      setAnswer((await send<Shape<"CalendarAnswer">>("POST", `/api/v1/calendars/${calendar.id}/preview`, question)).body);
    } catch (refusal) {
      setError(refusal);
    }
  }
  const told = (at: string): string => `${words.date(at)} ${words.time(at)}`;
  return (
    <section className="office-more-part">
      <h3>{words.say("calendars.try")}</h3>
      <p className="office-quiet">{words.say("calendars.try-about", { zone })}</p>
      <TryAt words={words} zone={zone} onTry={(at) => void ask(at)}>
        <DurationInput aria-label={words.say("calendars.try-time")} words={words} value={seconds} onChange={setSeconds} />
      </TryAt>
      <Trouble error={error} words={words} />
      {answer !== null && (
        <p role="status" className="office-answer">
          {answer.open ? words.say("calendars.is-open") : words.say("calendars.opens", { when: told(answer.next_open) })} {words.say("calendars.due", { when: told(answer.due) })}
        </p>
      )}
    </section>
  );
}

export const CALENDARS: Resource<Calendar> = {
  name: "calendars",
  path: "/api/v1/calendars",
  title: "calendars.title",
  about: "calendars.about",
  add: "calendars.add",
  empty: "calendars.empty",
  columns: [
    { label: "name", rank: 1, show: (row) => row.name },
    { label: "calendars.days", rank: 2, show: (row, words) => DAYS.map((day, at) => ((row.hours[day]?.length ?? 0) > 0 ? weekdayName(at, words.language) : null)).filter(Boolean).join(" ") },
    { label: "time-zone", rank: 3, show: (row, words) => row.time_zone ?? words.say("calendars.zone-none") },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 120, required: true },
    { name: "time_zone", kind: "zone", label: "time-zone", orNone: true, none: "calendars.zone-none" },
    { name: "hours", kind: "own", names: ["hours"], label: "calendars.hours", part: "calendars.hours", render: (own) => <HoursField {...own} /> },
    { name: "country", kind: "text", label: "calendars.country", hint: "calendars.country-hint", longest: 10, orNone: true, part: "calendars.holidays" },
    { name: "holidays", kind: "own", names: ["holidays"], label: "calendars.holidays-own", render: (own) => <Holidays {...own} /> },
  ],
  fresh: () => ({ name: "", time_zone: null, hours: Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, [["09:00", "18:00"]]])), country: null, holidays: [] }),
  named: (row) => row.name,
  write: "write setup",
  removable: true,
  warning: (_, words) => words.say("calendars.warning"),
  more: (row, words) => <TryCalendar calendar={row} words={words} />,
};
