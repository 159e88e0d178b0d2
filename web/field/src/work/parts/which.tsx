/** Which part: those that are known as taps, the fewer the more is typed; any other can be typed. */

import { type ReactElement, useId } from "react";
import { useDay } from "../../sync";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { known } from "./counts";

interface Props {
  readonly words: FieldWords;
  readonly part: string;
  readonly onPart: (part: string) => void;
}

/** So many fit above a phone's keyboard. */
const MOST = 6;

export function WhichPart({ words, part, onPart }: Props): ReactElement {
  const { me } = useDay();
  const field = useId();
  const typed = part.trim().toLocaleLowerCase();
  const fitting = known(me).filter((one) => one.toLocaleLowerCase().includes(typed));
  const chosen = fitting.some((one) => one.toLocaleLowerCase() === typed);
  return (
    <>
      <label className="field" htmlFor={field}>
        {words.say("parts.which")}
        <input id={field} maxLength={LONGEST.request_part.part} autoComplete="off" value={part} onChange={(event) => onPart(event.target.value)} />
      </label>
      {!chosen && fitting.length > 0 && (
        <div className="choices" role="group" aria-label={words.say("parts.known")}>
          {fitting.slice(0, MOST).map((one) => (
            <button key={one} type="button" className="choice" onClick={() => onPart(one)}>
              {one}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
