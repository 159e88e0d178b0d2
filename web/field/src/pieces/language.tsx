/** English or Chinese: each is offered in its own words. */

import type { ReactElement } from "react";
import { LANGUAGES, type Language } from "@fieldwright/shared/texts";
import type { FieldWords } from "../texts";
import { TEXTS } from "../texts";

export interface Tongue {
  readonly language: Language;
  readonly change: (language: Language) => void;
}

export function Languages({ words, tongue }: { readonly words: FieldWords; readonly tongue: Tongue }): ReactElement {
  return (
    <div className="choices" role="group" aria-label={words.say("language")}>
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          className="choice"
          lang={one === "zh" ? "zh-Hans" : "en"}
          aria-pressed={one === tongue.language}
          onClick={() => tongue.change(one)}
        >
          {TEXTS["language.name"][one]}
        </button>
      ))}
    </div>
  );
}
