/** The machine that is looked after: what it is, whether it is in warranty, what was done to it before. */

import type { ReactElement } from "react";
import type { Equipment } from "../../day/documents";
import { calendarDate } from "../../day/time";
import type { FieldWords } from "../../texts";

export function Machine({ words, equipment }: { readonly words: FieldWords; readonly equipment: Equipment }): ReactElement {
  const { kind, maker, model, serial, installed_on, notes, history } = equipment;
  const facts = [
    serial === null || serial === "" ? "" : words.say("visit.serial", { serial }),
    installed_on === null ? "" : words.say("visit.installed", { date: calendarDate(installed_on, words.language) }),
    warranty(equipment, words),
  ].filter((one) => one !== "");
  return (
    <section className="part">
      <h2>{words.say("visit.equipment")}</h2>
      <p>
        <strong>{[kind, maker, model].filter(Boolean).join(" ")}</strong>
      </p>
      {facts.length > 0 && <p>{facts.join(" · ")}</p>}
      {notes !== null && notes !== "" && <p className="access">{notes}</p>}
      {history.length > 0 && (
        <details>
          <summary>{words.say("visit.history", { count: history.length })}</summary>
          <ul className="entries">
            {history.map((one) => (
              <li key={`${one.number} ${one.date}`}>
                <span className="when">{calendarDate(one.date, words.language)}</span>
                <span>
                  {one.title}
                  <small>{[one.number, one.technician, one.outcome].filter(Boolean).join(" · ")}</small>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function warranty({ warranty_until, in_warranty }: Equipment, words: FieldWords): string {
  if (in_warranty === null) return "";
  if (warranty_until === null) return words.say(in_warranty ? "visit.warranty.yes" : "visit.warranty.no");
  return words.say(in_warranty ? "visit.warranty" : "visit.warranty.over", { date: calendarDate(warranty_until, words.language) });
}
