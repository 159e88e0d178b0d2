/** Parts: what was used from the van, and what is needed that the van has not. */

import { type ReactElement, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { useTapping } from "../../pieces/tapping";
import { act, useDay } from "../../sync";
import type { FieldWords } from "../../texts";
import { offered } from "./counts";
import { RequestSheet } from "./request";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly open: boolean;
}

/** So many are shown; the rest of the van behind a tap. */
const FIRST = 4;

export function Parts({ words, visit, open }: Props): ReactElement | null {
  const { me } = useDay();
  const { going, failed, tap } = useTapping(words);
  const [all, setAll] = useState(false);
  const [asking, setAsking] = useState(false);
  const parts = offered(visit, me).filter((one) => open || one.used > 0);
  const shown = all ? parts : parts.filter((one, index) => one.taken > 0 || one.used > 0 || index < FIRST);

  const use = (part: string, quantity: number): Promise<boolean> => tap(() => act("use_part", visit.visit, { part, quantity }));

  if (!open && parts.length === 0 && visit.requests.length === 0) return null;
  return (
    <section className="part stack" aria-labelledby="parts-title">
      <h2 id="parts-title">{words.say("parts.title")}</h2>
      {open && parts.length === 0 && <p className="muted">{words.say("parts.none")}</p>}
      <ul className="parts">
        {shown.map(({ part, taken, used, left }) => (
          <li key={part}>
            <span>
              <strong>{part}</strong>
              <span className="muted">
                {[
                  taken > 0 ? words.say("parts.taken", { count: taken }) : null,
                  left === null ? null : words.say("parts.left", { count: left }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            {open ? (
              <span className="stepper" role="group" aria-label={part}>
                <button
                  type="button"
                  aria-label={words.say("parts.less", { part })}
                  disabled={going || used <= 0}
                  onClick={() => void use(part, -1)}
                >
                  −
                </button>
                <output aria-label={words.say("parts.used")}>{used}</output>
                <button type="button" aria-label={words.say("parts.more", { part })} disabled={going} onClick={() => void use(part, 1)}>
                  +
                </button>
              </span>
            ) : (
              <strong>{words.say("parts.count", { count: used })}</strong>
            )}
          </li>
        ))}
      </ul>
      {visit.requests.length > 0 && (
        <ul className="requests" aria-label={words.say("parts.requested")}>
          {visit.requests.map((one) => (
            <li key={`${one.part} ${one.at}`}>
              {words.say(one.urgent ? "parts.request-urgent" : "parts.request", { part: one.part, count: one.quantity })}{" "}
              <span className="muted">{words.say(REQUEST_STATES[one.status] ?? "parts.open")}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="complaint" role="alert">
        {failed}
      </p>
      <div className="row">
        {!all && shown.length < parts.length && (
          <button type="button" className="quiet" onClick={() => setAll(true)}>
            {words.say("parts.all", { count: parts.length })}
          </button>
        )}
        {open && (
          <button type="button" className="second" onClick={() => setAsking(true)}>
            {words.say("parts.ask")}
          </button>
        )}
      </div>
      {asking && <RequestSheet words={words} visit={visit} onClose={() => setAsking(false)} />}
    </section>
  );
}

const REQUEST_STATES: Readonly<Record<string, "parts.waiting" | "parts.open" | "parts.ordered" | "parts.arrived">> = {
  waiting: "parts.waiting",
  open: "parts.open",
  ordered: "parts.ordered",
  arrived: "parts.arrived",
};
