/** What went wrong, in a sentence, with what helps. */

import type { ReactElement } from "react";
import { Refused } from "../../request";
import { complaintsOf } from "./places";
import { sentence } from "./fields";
import type { OfficeWords } from "./resource";

interface Props {
  readonly error: unknown;
  readonly words: OfficeWords;
  readonly again?: (() => void) | undefined;
}

export function Trouble({ error, words, again }: Props): ReactElement | null {
  if (error === null || error === undefined) return null;
  return (
    <div className="office-trouble" role="alert">
      <p>{whatWentWrong(error, words)}</p>
      {again !== undefined && (
        <button type="button" className="office-button" onClick={again}>
          {words.say("try-again")}
        </button>
      )}
    </div>
  );
}

export function whatWentWrong(error: unknown, words: OfficeWords): string {
  if (!(error instanceof Refused)) return words.say("kit.unreachable");
  const listed = complaintsOf(error.problem);
  if (listed.length > 0) return listed.map((one) => `${one.place}: ${sentence(one)}`).join(" ");
  if (error.status === 403) return words.say("kit.forbidden", { why: error.message });
  if (error.status === 404) return words.say("kit.gone");
  return error.message;
}
