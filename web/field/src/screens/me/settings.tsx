/** How the app speaks, looks and leads. */

import { type ReactElement, useState } from "react";
import { choose, LOOKS, useLook } from "../../look";
import { chooseGuide, chosenGuide, type Guide, GUIDES } from "../../navigation";
import { Languages, type Tongue } from "../../pieces/language";
import type { FieldWords } from "../../texts";
import { SLOTS } from "../../work/slots";
import { guideName } from "../visit/way-there";
import { Waken } from "./waken";

interface Props {
  readonly words: FieldWords;
  readonly tongue: Tongue;
}

export function Settings({ words, tongue }: Props): ReactElement {
  const look = useLook();
  const [guide, setGuide] = useState(chosenGuide);
  const take = (chosen: Guide | null): void => {
    chooseGuide(chosen);
    setGuide(chosen);
  };
  return (
    <section className="part stack">
      <h2>{words.say("me.settings")}</h2>
      <h3>{words.say("language")}</h3>
      <Languages words={words} tongue={tongue} />
      <h3>{words.say("look")}</h3>
      <div className="choices" role="group" aria-label={words.say("look")}>
        {LOOKS.map((one) => (
          <button key={one} type="button" className="choice" aria-pressed={one === look} onClick={() => choose(one)}>
            {words.say(`look.${one}`)}
          </button>
        ))}
      </div>
      <h3>{words.say("navigate.app")}</h3>
      <div className="choices" role="group" aria-label={words.say("navigate.app")}>
        <button type="button" className="choice" aria-pressed={guide === null} onClick={() => take(null)}>
          {words.say("navigate.ask")}
        </button>
        {GUIDES.map((one) => (
          <button key={one} type="button" className="choice" aria-pressed={one === guide} onClick={() => take(one)}>
            {guideName(one, words)}
          </button>
        ))}
      </div>
      {SLOTS.Confirmations !== undefined && <SLOTS.Confirmations words={words} />}
      <Waken words={words} />
    </section>
  );
}
