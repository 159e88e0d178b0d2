/** The day in a few numbers: as it was planned when it began, and as it was done. */

import type { ReactElement } from "react";
import { useSpan } from "../pieces";
import { useWords } from "../words";
import { completedBy, type Played, type ReplayDay } from "./model";
import { type HistoryKey, TEXTS } from "./texts";

interface Line {
  readonly title: HistoryKey;
  readonly planned: string;
  readonly done: string;
  /** More of it is worse, by so much; 0: neither. */
  readonly worse?: number;
}

export function Totals({ day, shown, at }: { readonly day: ReplayDay; readonly shown: Played; readonly at: number }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const { planned, done } = day;
  const number = (value: number): string => value.toLocaleString(words.language === "zh" ? "zh-CN" : "en-GB");
  const lines: readonly Line[] = [
    { title: "history.visits", planned: number(planned.visits), done: number(done.visits) },
    { title: "history.driving", planned: span(planned.travel_seconds), done: span(done.travel_seconds), worse: done.travel_seconds - planned.travel_seconds },
    { title: "history.working", planned: span(planned.service_seconds), done: span(done.service_seconds) },
    { title: "history.late", planned: number(planned.late), done: number(done.late), worse: done.late - planned.late },
    { title: "history.lateness", planned: span(planned.late_seconds), done: span(done.late_seconds), worse: done.late_seconds - planned.late_seconds },
    { title: "history.kept", planned: number(planned.kept), done: number(done.kept) },
    { title: "history.missed", planned: number(planned.missed), done: number(done.missed), worse: done.missed - planned.missed },
  ];
  return (
    <section className="history-totals" aria-labelledby="history-totals">
      <h2 id="history-totals">{words.say("history.totals")}</h2>
      <p className="history-by-now">{words.say("history.by-now", { time: words.time(new Date(at)), count: completedBy(shown.visits.values(), at) })}</p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{words.say("history.planned")}</th>
            <th scope="col">{words.say("history.done")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ title, planned: before, done: after, worse = 0 }) => (
            <tr key={title}>
              <th scope="row">{words.say(title)}</th>
              <td>{before}</td>
              <td data-worse={worse > 0 || undefined}>{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
