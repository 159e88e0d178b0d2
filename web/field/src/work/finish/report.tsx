/** Whether the customer gets the service report by e-mail, and where. */

import { type ReactElement, useId } from "react";
import type { VisitDocument } from "../../day/documents";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  /** Null: it is not sent. */
  readonly email: string | null;
  readonly onEmail: (email: string | null) => void;
}

export function Report({ words, visit, email, onEmail }: Props): ReactElement {
  const field = useId();
  const known = visit.contact?.email ?? "";
  return (
    <>
      <button type="button" className="choice" aria-pressed={email !== null} onClick={() => onEmail(email === null ? known : null)}>
        {words.say("report.send")}
      </button>
      {email !== null && (
        <label className="field" htmlFor={field}>
          {words.say("report.to")}
          <input
            id={field}
            type="email"
            inputMode="email"
            autoComplete="off"
            maxLength={LONGEST.send_report.email}
            value={email}
            placeholder={words.say("report.contact")}
            onChange={(event) => onEmail(event.target.value.trim())}
          />
        </label>
      )}
    </>
  );
}
