/** What the dispatcher has changed, until it has been seen; a visit that went away says why. */

import type { ReactElement } from "react";
import type { Day } from "../../day/day";
import type { NoticeDocument } from "../../day/documents";
import { useTapping } from "../../pieces/tapping";
import { openVisit } from "../../place";
import { act, type Kept } from "../../sync";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
  readonly day: Day;
}

export function News({ words, kept, day }: Props): ReactElement | null {
  const { going, failed, tap } = useTapping(words);
  const unseen = day.notices.filter((one) => !one.seen);
  const told = new Set(day.notices.map((one) => `visit:${one.visit ?? ""}`));
  const gone = (kept.meta.gone ?? []).filter(({ id, why }) => why !== "" && !told.has(id));
  if (unseen.length + gone.length === 0) return null;
  const ids = unseen.map((one) => one.notice);
  return (
    <section className="news card" aria-labelledby="news-title">
      <h2 id="news-title">{words.say("notices.title")}</h2>
      <ul>
        {unseen.map((one) => (
          <li key={one.id}>
            <Notice words={words} notice={one} here={[...day.visits, ...day.planned].some((visit) => visit.visit === one.visit)} />
          </li>
        ))}
        {gone.map(({ id, why }) => (
          <li key={id}>
            <strong>{words.say("notice.gone")}</strong> {why}
          </li>
        ))}
      </ul>
      <p className="complaint" role="alert">
        {failed}
      </p>
      {ids.length > 0 && (
        <button type="button" className="second" disabled={going} onClick={() => void tap(() => act("seen", null, { notices: ids }))}>
          {words.say(ids.length === 1 ? "notices.seen" : "notices.seen-all")}
        </button>
      )}
    </section>
  );
}

interface NoticeProps {
  readonly words: FieldWords;
  readonly notice: NoticeDocument;
  readonly here: boolean;
}

function Notice({ words, notice, here }: NoticeProps): ReactElement {
  const { what, visit, number, title, before, after, why } = notice;
  const times = typeof before === "string" && typeof after === "string";
  return (
    <>
      <strong>{words.say(`notice.${what}`)}</strong>{" "}
      {here && visit !== null ? (
        <button type="button" className="link" onClick={() => openVisit(visit)}>
          {number} {title}
        </button>
      ) : (
        <span>
          {number} {title}
        </span>
      )}
      {times && <span className="times"> {words.say("notice.times", { before: words.time(before), after: words.time(after) })}</span>}
      {why !== null && why !== "" && <span className="why"> {why}</span>}
    </>
  );
}
