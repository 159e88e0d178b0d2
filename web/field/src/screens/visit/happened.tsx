/** What happened when, as far as it did. */

import type { ReactElement } from "react";
import type { Instants, VisitDocument } from "../../day/documents";
import type { FieldKey, FieldWords } from "../../texts";

const STEPS: readonly (readonly [keyof Instants, FieldKey])[] = [
  ["accepted_at", "done.accept"],
  ["departed_at", "done.depart"],
  ["arrived_at", "done.arrive"],
  ["started_at", "done.start"],
  ["paused_at", "done.pause"],
];

export function Happened({ words, visit }: { readonly words: FieldWords; readonly visit: VisitDocument }): ReactElement | null {
  const { instants, status, outcome } = visit;
  const known = STEPS.filter(([name]) => instants[name] !== null);
  if (known.length === 0) return null;
  return (
    <section>
      <h2>{words.say("visit.happened")}</h2>
      <ul className="entries">
        {known.map(([name, key]) => (
          <li key={name}>
            <span className="when">{words.time(instants[name] ?? "")}</span>
            <span>{words.say(key)}</span>
          </li>
        ))}
        {instants.finished_at !== null && (
          <li>
            <span className="when">{words.time(instants.finished_at)}</span>
            <span>
              {words.say(`status.${status}`)}
              {outcome !== null && outcome !== "" && <small>{outcome}</small>}
            </span>
          </li>
        )}
      </ul>
    </section>
  );
}
