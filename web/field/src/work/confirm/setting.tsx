/** In Me: whether taps are confirmed by a buzz and by a voice. */

import { type ReactElement, useState } from "react";
import type { FieldWords } from "../../texts";
import { type Confirmations, confirmations, setConfirmations } from "./confirm";

export function ConfirmationSetting({ words }: { readonly words: FieldWords }): ReactElement {
  const [wanted, setWanted] = useState<Confirmations>(confirmations);

  function set(next: Confirmations): void {
    setConfirmations(next);
    setWanted(next);
  }

  return (
    <>
      <h3>{words.say("confirm.title")}</h3>
      <div className="choices" role="group" aria-label={words.say("confirm.title")}>
        <button type="button" className="choice" aria-pressed={wanted.buzz} onClick={() => set({ ...wanted, buzz: !wanted.buzz })}>
          {words.say("confirm.buzz")}
        </button>
        <button type="button" className="choice" aria-pressed={wanted.speak} onClick={() => set({ ...wanted, speak: !wanted.speak })}>
          {words.say("confirm.speak")}
        </button>
      </div>
    </>
  );
}
