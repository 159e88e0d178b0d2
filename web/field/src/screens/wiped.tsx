/** The phone was lost, and is empty now. */

import type { ReactElement } from "react";
import { forget } from "../store/meta";
import { Languages, type Tongue } from "../pieces/language";
import { readAgain } from "../sync";
import type { FieldWords } from "../texts";

export function Wiped({ words, tongue }: { readonly words: FieldWords; readonly tongue: Tongue }): ReactElement {
  return (
    <main className="door" id="content">
      <div className="told" role="alert">
        <h1>{words.say("wiped.title")}</h1>
        <p>{words.say("wiped.why")}</p>
        <p>{words.say("wiped.next")}</p>
      </div>
      <button type="button" className="main" onClick={() => void forget("wiped").then(readAgain)}>
        {words.say("sign-in.title")}
      </button>
      <Languages words={words} tongue={tongue} />
    </main>
  );
}
