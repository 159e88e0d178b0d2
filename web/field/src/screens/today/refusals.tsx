/** What the server has not taken, where one cannot miss it, until one has read it. */

import { type ReactElement, useState } from "react";
import type { Kept } from "../../sync";
import type { FieldWords } from "../../texts";
import { Reason } from "../outbox";
import { whatWasDone } from "../what-was-done";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
  /** Of one visit only. */
  readonly visit?: string;
}

const READ = "fieldwright.refusals-read";

/** The last refusal that was read on this phone, by its order. */
function lastRead(): number {
  return Number(localStorage.getItem(READ) ?? 0);
}

export function Refusals({ words, kept, visit }: Props): ReactElement | null {
  const [read, setRead] = useState(lastRead);
  const refused = kept.outbox.filter(
    (one) => one.fate === "refused" && (visit === undefined ? one.seq > read : one.visit === visit),
  );
  if (refused.length === 0) return null;
  const seen = (): void => {
    const last = Math.max(...refused.map((one) => one.seq));
    localStorage.setItem(READ, String(last));
    setRead(last);
  };
  return (
    <section className="refusals card" role="alert">
      <h2>{words.say("refused.title")}</h2>
      <ul>
        {refused.map((one) => (
          <li key={one.id}>
            <strong>
              {words.time(one.receipt?.happened_at ?? one.happened)} {whatWasDone(one, words)}
            </strong>
            <Reason words={words} entry={one} />
          </li>
        ))}
      </ul>
      {visit === undefined && (
        <button type="button" className="second" onClick={seen}>
          {words.say("notices.seen")}
        </button>
      )}
    </section>
  );
}
