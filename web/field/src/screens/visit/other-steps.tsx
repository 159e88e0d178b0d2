/** Everything that may be done to a visit besides its next step, each with its reasons as taps. */

import { type ReactElement, useState } from "react";
import type { Step } from "../../day/day";
import type { VisitDocument } from "../../day/documents";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { Why } from "../../pieces/why";
import { act } from "../../sync";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { SLOTS } from "../../work/slots";

/** What wants a reason, with those that one tap gives. */
const REASONS = {
  decline: ["why.decline.late", "why.decline.skill", "why.decline.part", "why.decline.vehicle", "why.decline.ill"],
  turn_back: ["why.turn_back.called", "why.turn_back.customer", "why.turn_back.vehicle"],
  pause: ["why.pause.customer", "why.pause.part", "why.pause.expert", "why.pause.rest"],
  no_show: ["why.no_show.nobody", "why.no_show.closed", "why.no_show.refused", "why.no_show.called"],
} as const;
type Reasoned = keyof typeof REASONS;

/** In the order of how often they are wanted. */
const OTHERS = ["depart", "start", "complete", "extend", "pause", "no_show", "need_parts", "need_visit", "turn_back", "decline"] as const;
type Other = (typeof OTHERS)[number];

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  /** What the big button is for. */
  readonly first: Step | null;
  readonly onClose: () => void;
}

export function OtherSteps({ words, visit, first, onClose }: Props): ReactElement {
  const [chosen, setChosen] = useState<Other | null>(null);
  const { going, failed, tap } = useTapping(words);
  const offered = OTHERS.filter((one) => visit.actions.includes(one) && one !== first);

  async function say(step: Reasoned, reason: string): Promise<void> {
    if (await tap(() => act(step, visit.visit, { reason }))) onClose();
  }

  function take(step: Other): void {
    if (step in REASONS || step === "extend" || step === "need_parts" || step === "need_visit" || step === "complete") setChosen(step);
    else void tap(() => act(step as "depart" | "start", visit.visit, {})).then((kept) => kept && onClose());
  }

  if (chosen === "extend" && SLOTS.Extend !== undefined) return <SLOTS.Extend words={words} visit={visit} onClose={onClose} />;
  // What ends with something still to be done is asked where one finishes.
  const lacking = chosen === "need_parts" || chosen === "need_visit" ? { lacking: chosen } : {};
  if ((chosen === "complete" || "lacking" in lacking) && SLOTS.Finish !== undefined) {
    return <SLOTS.Finish words={words} visit={visit} {...lacking} onClose={onClose} />;
  }
  if (chosen !== null && chosen in REASONS) {
    const step = chosen as Reasoned;
    return (
      <Why
        words={words}
        title={words.say(`step.${step}`)}
        reasons={REASONS[step].map((one) => words.say(one))}
        longest={LONGEST[step].reason}
        going={going}
        failed={failed}
        onSay={(reason) => void say(step, reason)}
        onClose={onClose}
      />
    );
  }
  return (
    <Sheet words={words} title={`${visit.job.number} ${visit.job.title}`} onClose={onClose}>
      <div className="choices">
        {offered.map((one) => (
          <button key={one} type="button" className="choice" disabled={going} onClick={() => take(one)}>
            {words.say(`step.${one}`)}
          </button>
        ))}
      </div>
      <p className="complaint" role="alert">
        {failed}
      </p>
    </Sheet>
  );
}
