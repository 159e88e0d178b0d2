/** What happened up to the minute that is shown, the latest first; what happened in that minute stands out. */

import { type ReactElement, useMemo } from "react";
import { useSpan, useStatusName, useTargetName } from "../pieces";
import { useWords } from "../words";
import { happenedBy, MINUTE, type Played } from "./model";
import { said, type Speaker } from "./said";
import { TEXTS } from "./texts";

/** Older than so many are not listed: move the slider back to see them. */
const MOST = 60;

export function Happenings({ day, at }: { readonly day: Played; readonly at: number }): ReactElement {
  const words = useWords(TEXTS);
  const status = useStatusName();
  const target = useTargetName();
  const span = useSpan();
  const count = happenedBy(day.frames, at);
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const speaker: Speaker = { words, status, target, span };
  const listed = useMemo(() => day.frames.slice(Math.max(0, count - MOST), count).reverse(), [day, count]);
  return (
    <section className="history-happenings" aria-labelledby="history-happened">
      <h2 id="history-happened">{words.say("history.happened")}</h2>
      {listed.length === 0 ? (
        <p className="history-muted">{words.say("history.happened.none", { time: words.time(new Date(at)) })}</p>
      ) : (
        <ol tabIndex={0} aria-labelledby="history-happened">
          {listed.map((frame, index) => (
            <li key={count - index} className={`history-frame ${frame.kind}`} data-now={frame.ms >= minute || undefined}>
              <time dateTime={frame.at}>{words.time(frame.at)}</time>
              <span>{said(frame, day, speaker)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
