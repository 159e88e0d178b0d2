/** The hours of a week: for each day from when to when, several times where there is a break. */

import type { ReactElement } from "react";
import { ClockInput, sentence } from "../kit/fields";
import type { OwnField } from "../kit/resource";
import { weekdayName } from "../roster/day-names";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Hours = Record<string, [string, string][]>;

export function HoursField({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const hours = (values.hours as Hours | null) ?? {};
  const put = (day: string, spans: [string, string][]): void => {
    const { [day]: _, ...rest } = hours;
    change({ hours: spans.length === 0 ? rest : { ...rest, [day]: spans } });
  };
  const monday = hours.mon ?? [];
  return (
    <div className="office-hours">
      {DAYS.map((day, at) => {
        const spans = hours[day] ?? [];
        const name = weekdayName(at, words.language);
        return (
          <div key={day} className="office-hours-day" role="group" aria-label={name}>
            <b>{name}</b>
            <span className="office-row wrap">
              {spans.length === 0 && <span className="office-quiet">{words.say("calendars.closed")}</span>}
              {spans.map(([from, to], index) => (
                <span key={index} className="office-row">
                  <ClockInput aria-label={words.say("calendars.from", { day: name })} readOnly={readOnly} value={from} onChange={(next) => put(day, spans.map((one, place) => (place === index ? [next, to] : one)))} />
                  –
                  <ClockInput aria-label={words.say("calendars.to", { day: name })} readOnly={readOnly} value={to} onChange={(next) => put(day, spans.map((one, place) => (place === index ? [from, next] : one)))} />
                  {!readOnly && <button type="button" className="office-icon" aria-label={words.say("calendars.span-remove", { day: name })} onClick={() => put(day, spans.filter((_, place) => place !== index))}>×</button>}
                </span>
              ))}
              {!readOnly && <button type="button" className="office-icon" aria-label={words.say("calendars.span-add", { day: name })} onClick={() => put(day, [...spans, spans.length === 0 ? ["09:00", "18:00"] : [spans.at(-1)?.[1] ?? "13:00", "20:00"]])}>+</button>}
            </span>
            {complaints.filter(({ within }) => within[0] === day).map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>)}
          </div>
        );
      })}
      {!readOnly && monday.length > 0 && (
        <button type="button" className="office-button" onClick={() => change({ hours: { ...hours, ...Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, monday])) } })}>
          {words.say("calendars.like-monday")}
        </button>
      )}
    </div>
  );
}
