/** The bar under the thumb: ONE big button for the next step of a visit's life, and a small one for everything else. */

import { type ReactElement, useState } from "react";
import { nextStep, onDuty, type Step } from "../../day/day";
import type { VisitDocument } from "../../day/documents";
import { type Here, seemsThere } from "../../duty/geofence";
import { chosenGuide, leadTo } from "../../navigation";
import { Bar } from "../../pieces/bar";
import { useTapping } from "../../pieces/tapping";
import { act, useDay } from "../../sync";
import type { FieldWords } from "../../texts";
import { SLOTS } from "../../work/slots";
import { OtherSteps } from "./other-steps";
import { Guides } from "./way-there";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly here: Here | null;
}

export function NextStep({ words, visit, here }: Props): ReactElement | null {
  const [open, setOpen] = useState<"finish" | "more" | "guides" | null>(null);
  const { going, failed, tap } = useTapping(words);
  const day = useDay();
  // One does not drive by one tap too many to what is hours ahead and may still go to somebody else.
  const ahead = visit.early === true && visit.visit !== day.next?.visit;
  const step = ahead ? null : nextStep(visit);
  const shift = day.shift;
  const close = (): void => setOpen(null);

  async function go(next: Step): Promise<void> {
    if (next === "complete" && SLOTS.Finish !== undefined) {
      setOpen("finish");
      return;
    }
    const data = next === "arrive" && seemsThere(visit, here) ? { proposed: true } : {};
    if ((await tap(() => act(next, visit.visit, data))) && next === "depart") hand();
  }

  /** Over to navigation, which is asked for once. */
  function hand(): void {
    const guide = chosenGuide();
    if (guide === null) setOpen("guides");
    else leadTo(visit.site, guide);
  }

  const needsShift = step === "depart" && shift !== null && !onDuty(day) && shift.ended_at === null;
  const more = visit.actions.some((one) => one !== step);
  if (step === null && !more && visit.status !== "scheduled") return null;
  return (
    <Bar>
      {seemsThere(visit, here) && (
        <p className="proposed" role="status">
          {words.say("step.proposed")}
        </p>
      )}
      <p className="complaint" role="alert">
        {failed}
      </p>
      {step === null && visit.status === "scheduled" && <p className="muted">{words.say("status.not-yet")}</p>}
      {ahead && <p className="muted">{words.say("status.asked-from", { time: words.time(visit.asked_from ?? "") })}</p>}
      {(step !== null || more) && (
        <div className="row">
          {step !== null && !needsShift && (
            <button type="button" className={`main ${step}`} disabled={going} onClick={() => void go(step)}>
              {words.say(`step.${step}`)}
            </button>
          )}
          {needsShift && (
            <button
              type="button"
              className="main begin"
              disabled={going}
              onClick={() => void tap(() => act("begin_shift", null, { shift: shift.shift }))}
            >
              {words.say("step.begin-shift")}
            </button>
          )}
          {more && (
            <button type="button" className="second more" aria-haspopup="dialog" onClick={() => setOpen("more")}>
              {words.say("step.more")}
            </button>
          )}
        </div>
      )}
      {open === "finish" && SLOTS.Finish !== undefined && <SLOTS.Finish words={words} visit={visit} onClose={close} />}
      {open === "more" && <OtherSteps words={words} visit={visit} first={step} onClose={close} />}
      {open === "guides" && <Guides words={words} visit={visit} onClose={close} />}
    </Bar>
  );
}
