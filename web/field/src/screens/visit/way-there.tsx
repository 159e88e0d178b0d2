/** "Navigate": with what was chosen before, or after asking once. */

import { type ReactElement, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { chooseGuide, chosenGuide, type Guide, GUIDES, leadTo, NAMES } from "../../navigation";
import { Icon } from "../../pieces/icon";
import { Sheet } from "../../pieces/sheet";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
}

export function WayThere({ words, visit }: Props): ReactElement {
  const [asking, setAsking] = useState(false);
  const go = (): void => {
    const guide = chosenGuide();
    if (guide === null) setAsking(true);
    else leadTo(visit.site, guide);
  };
  return (
    <>
      <button type="button" className="second" onClick={go}>
        <Icon name="way" />
        {words.say("navigate")}
      </button>
      {asking && <Guides words={words} visit={visit} onClose={() => setAsking(false)} />}
    </>
  );
}

export function guideName(guide: Guide, words: FieldWords): string {
  return guide === "phone" ? words.say("navigate.phone") : NAMES[guide];
}

export function Guides({ words, visit, onClose }: Props & { readonly onClose: () => void }): ReactElement {
  const take = (guide: Guide): void => {
    chooseGuide(guide);
    leadTo(visit.site, guide);
    onClose();
  };
  return (
    <Sheet words={words} title={words.say("navigate.with")} onClose={onClose}>
      {visit.site.lat === null && <p className="muted">{words.say("place.none")}</p>}
      <div className="choices">
        {GUIDES.map((one) => (
          <button key={one} type="button" className="choice" onClick={() => take(one)}>
            {guideName(one, words)}
          </button>
        ))}
      </div>
      <p className="muted">{words.say("navigate.remembered")}</p>
    </Sheet>
  );
}
