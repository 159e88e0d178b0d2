/** Calling somebody who knows more. The call itself is the phone's; that it was made is told to the dispatcher. */

import { type ReactElement } from "react";
import type { VisitDocument } from "../../day/documents";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { act, useDay } from "../../sync";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly onClose: () => void;
}

export function ExpertSheet({ words, visit, onClose }: Props): ReactElement {
  const { me } = useDay();
  const { failed, tap } = useTapping(words);
  const experts = me?.experts ?? [];
  const said = (expert: string, skill: string): Promise<boolean> => tap(() => act("expert_call", visit.visit, { expert, skill }));

  return (
    <Sheet words={words} title={words.say("expert.title")} onClose={onClose}>
      {experts.length === 0 && <p>{words.say("expert.none")}</p>}
      <ul className="people">
        {experts.map(({ id, name, phone, skill }) => (
          <li key={`${id} ${skill}`}>
            <span>
              <strong>{name}</strong> <span className="muted">{skill}</span>
            </span>
            {phone === null ? (
              <button type="button" className="second" onClick={() => void said(id, skill)}>
                {words.say("expert.ask")}
              </button>
            ) : (
              <a className="second" href={`tel:${phone.replace(/[^+\d]/g, "")}`} onClick={() => void said(id, skill)}>
                {words.say("expert.call")}
              </a>
            )}
          </li>
        ))}
      </ul>
      {me?.dispatch_phone != null && (
        <a className="second" href={`tel:${me.dispatch_phone.replace(/[^+\d]/g, "")}`}>
          {words.say("expert.dispatcher")}
        </a>
      )}
      <p className="complaint" role="alert">
        {failed}
      </p>
    </Sheet>
  );
}
