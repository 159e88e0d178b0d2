/** A sheet that asks why: reasons to tap, and a line for any other. */

import { type FormEvent, type ReactElement, useId, useState } from "react";
import type { FieldWords } from "../texts";
import { Sheet } from "./sheet";

interface Props {
  readonly words: FieldWords;
  readonly title: string;
  readonly reasons: readonly string[];
  /** The most characters that one's own words may have. */
  readonly longest: number;
  readonly going: boolean;
  readonly failed: string | null;
  readonly onSay: (reason: string) => void;
  readonly onClose: () => void;
}

export function Why({ words, title, reasons, longest, going, failed, onSay, onClose }: Props): ReactElement {
  const [other, setOther] = useState(false);
  const field = useId();

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    if (reason !== "") onSay(reason);
  }

  return (
    <Sheet words={words} title={`${title}: ${words.say("why.title")}`} onClose={onClose}>
      {other ? (
        <form className="field" onSubmit={submit}>
          <label htmlFor={field}>{words.say("why.words")}</label>
          <input id={field} name="reason" required maxLength={longest} autoFocus autoComplete="off" />
          <button type="submit" className="main" disabled={going}>
            {words.say("why.go")}
          </button>
        </form>
      ) : (
        <div className="choices">
          {reasons.map((one) => (
            <button key={one} type="button" className="choice" disabled={going} onClick={() => onSay(one)}>
              {one}
            </button>
          ))}
          <button type="button" className="choice" onClick={() => setOther(true)}>
            {words.say("why.other")}
          </button>
        </div>
      )}
      <p className="complaint" role="alert">
        {failed}
      </p>
    </Sheet>
  );
}
