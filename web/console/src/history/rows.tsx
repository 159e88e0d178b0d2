/**
 * The day by technician: what was planned as outlines, what was done filled. What is still to come at the instant that
 * is shown is cut off by one property on the whole, so that playing draws nothing anew.
 */

import { type CSSProperties, memo, type ReactElement, useMemo } from "react";
import { useStatusName } from "../pieces";
import { useWords, type Words } from "../words";
import { type Bar, MINUTE, type Played, type Row, share } from "./model";
import { type HistoryKey, TEXTS } from "./texts";

interface Props {
  readonly day: Played;
  readonly at: number;
  readonly onSeek: (at: number) => void;
}

export function Rows({ day, at, onSeek }: Props): ReactElement {
  const words = useWords(TEXTS);
  const hours = useMemo(() => hoursOf(day), [day]);
  const seek = (event: { readonly clientX: number; readonly currentTarget: Element }): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onSeek(day.from + ((event.clientX - left) / width) * (day.until - day.from));
  };
  return (
    <div className="history-rows" style={{ "--history-at": share(day, at) } as CSSProperties} role="region" aria-label={words.say("history.people")} tabIndex={0}>
      <div className="history-hours" aria-hidden="true">
        <div className="history-hours-line" onClick={seek}>
          {hours.map((hour) => (
            <span key={hour} className="history-hour" style={{ left: percent(share(day, hour)) }}>
              {words.time(new Date(hour))}
            </span>
          ))}
        </div>
      </div>
      <ul>
        {day.rows.map((row) => (
          <OneRow key={row.id} row={row} from={day.from} until={day.until} />
        ))}
      </ul>
    </div>
  );
}

/** Whole hours, and every second or fourth of them where the day is long. */
function hoursOf({ from, until }: Played): readonly number[] {
  const hour = 60 * MINUTE;
  const count = (until - from) / hour;
  const every = (count > 16 ? 4 : count > 9 ? 2 : 1) * hour;
  const found: number[] = [];
  for (let at = Math.ceil(from / hour) * hour; at < until; at += every) found.push(at);
  return found;
}

const OneRow = memo(function OneRow({ row, from, until }: { readonly row: Row; readonly from: number; readonly until: number }): ReactElement {
  const words = useWords(TEXTS);
  return (
    <li className="history-row" aria-label={words.say("history.row", { name: row.name, planned: row.planned.length, done: row.finished.length })}>
      <span className="history-name" title={row.name}>
        {row.name}
      </span>
      <div className="history-line">
        <div className="history-planned">{row.planned.map((one) => drawn(one))}</div>
        <div className="history-done">{row.done.map((one) => drawn(one))}</div>
      </div>
    </li>
  );

  function drawn(one: Bar): ReactElement {
    const range = { from, until };
    const left = share(range, one.from);
    const width = share(range, one.until) - left;
    return <BarOf key={`${one.visit.id} ${one.kind}`} bar={one} left={left} width={width} words={words} />;
  }
});

function BarOf({ bar, left, width, words }: { readonly bar: Bar; readonly left: number; readonly width: number; readonly words: Words<HistoryKey> }): ReactElement {
  const status = useStatusName();
  const until = bar.open ? words.say("history.now-open") : words.time(new Date(bar.until));
  const values = { number: bar.visit.number, customer: bar.visit.customer.name, from: words.time(new Date(bar.from)), until, status: status(bar.visit.status) };
  const title = words.say(bar.kind === "planned" ? "history.bar.planned" : bar.kind === "drive" ? "history.bar.drive" : "history.bar.done", values);
  return (
    <span className={`history-bar ${bar.kind}`} style={{ left: percent(left), width: percent(width) }} title={title}>
      {bar.kind !== "drive" && bar.kind !== "planned" && <span>{bar.visit.number}</span>}
    </span>
  );
}

function percent(part: number): string {
  return `${(100 * part).toFixed(3)}%`;
}
