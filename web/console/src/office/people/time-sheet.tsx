/** What somebody did with their time at work, week by week. */

import { type ReactElement, useState } from "react";
import type { Shape } from "../../request";
import { writtenDuration } from "../kit/duration";
import { useOne } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { daysAfter, isoWeek, mondayOf } from "../kit/wall";
import { dayName } from "../roster/day-names";
import { useToday } from "./running-out";

const PARTS = ["shift", "travel", "work", "break", "pause", "idle"] as const;

export function TimeSheet({ technician, words }: { readonly technician: string; readonly words: OfficeWords }): ReactElement {
  const today = useToday();
  const [other, setMonday] = useState<string | null>(null);
  const monday = other ?? mondayOf(today);
  const week = isoWeek(monday);
  const found = useOne<Shape<"TimeSheetShape">>(`/api/v1/technicians/${technician}/time-sheet?week=${week}`);
  const sheet = found.data;
  return (
    <section className="office-more-part">
      <h3>{words.say("sheet.title")}</h3>
      <div className="office-row">
        <button type="button" className="office-icon" aria-label={words.say("roster.week-before")} onClick={() => setMonday(daysAfter(monday, -7))}>‹</button>
        <span aria-live="polite">{week} · {dayName(monday, words.language, "short")} – {dayName(daysAfter(monday, 6), words.language, "short")}</span>
        <button type="button" className="office-icon" aria-label={words.say("roster.week-after")} onClick={() => setMonday(daysAfter(monday, 7))}>›</button>
      </div>
      <Trouble error={found.error} words={words} again={() => void found.refetch()} />
      {sheet !== undefined && sheet.totals.shift === 0 && <p className="office-quiet">{words.say("sheet.none")}</p>}
      {sheet !== undefined && sheet.totals.shift > 0 && (
        <div className="office-scroll-x" tabIndex={0} role="region" aria-label={words.say("sheet.title")}>
          <table className="office-table plain">
            <thead>
              <tr>
                <th scope="col">{words.say("sheet.day")}</th>
                {PARTS.map((part) => <th key={part} scope="col" className="number">{words.say(`sheet.${part}`)}</th>)}
              </tr>
            </thead>
            <tbody>
              {sheet.days.filter((day) => day.totals.shift > 0).map((day) => (
                <tr key={day.date}>
                  <th scope="row">{dayName(day.date, words.language, "short")}</th>
                  {PARTS.map((part) => <td key={part} className="number">{day.totals[part] === 0 ? "" : writtenDuration(day.totals[part], words.language)}</td>)}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{words.say("sheet.total")}</th>
                {PARTS.map((part) => <td key={part} className="number">{sheet.totals[part] === 0 ? "" : writtenDuration(sheet.totals[part], words.language)}</td>)}
              </tr>
            </tfoot>
          </table>
        </div>
      )}
      {sheet !== undefined && <p className="office-quiet">{words.say("sheet.zone", { zone: sheet.time_zone })}</p>}
    </section>
  );
}
