/** "I need more time": how much, and whom that makes late, before it is said. */

import { type ReactElement, useEffect, useId, useState } from "react";
import { Unreachable } from "@fieldwright/shared/api";
import { json, SignedOut } from "../../access/request";
import type { VisitDocument } from "../../day/documents";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { act, useDay } from "../../sync";
import { typedNumber } from "../checklist/check";
import { useOperationNow } from "../now";
import type { FieldWords } from "../../texts";
import { type Late, lateBy } from "./estimate";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly onClose: () => void;
}

const MINUTES = [15, 30, 45, 60] as const;
/** Any other number of minutes up to a working day. */
const MOST = 480;

interface Consequence {
  readonly minutes: number;
  readonly late: readonly Late[];
  /** The server could not be asked. */
  readonly estimated: boolean;
}

export function ExtendSheet({ words, visit, onClose }: Props): ReactElement {
  const [chosen, setChosen] = useState<number | "other" | null>(null);
  const [typed, setTyped] = useState("");
  const minutes = chosen === "other" ? minutesIn(typed) : chosen;
  const field = useId();
  const consequence = useConsequence(visit, minutes);
  const { going, failed, tap } = useTapping(words);

  async function say(): Promise<void> {
    if (minutes === null) return;
    if (await tap(() => act("extend", visit.visit, { seconds: minutes * 60 }))) onClose();
  }

  return (
    <Sheet words={words} title={words.say("extend.title")} onClose={onClose}>
      <div className="choices" role="group" aria-label={words.say("extend.how-much")}>
        {MINUTES.map((one) => (
          <button key={one} type="button" className="choice" aria-pressed={chosen === one} onClick={() => setChosen(one)}>
            {words.say("extend.minutes", { count: one })}
          </button>
        ))}
        <button type="button" className="choice" aria-pressed={chosen === "other"} onClick={() => setChosen("other")}>
          {words.say("extend.other")}
        </button>
      </div>
      {chosen === "other" && (
        <label className="field" htmlFor={field}>
          {words.say("extend.in-minutes")}
          <input id={field} inputMode="numeric" autoComplete="off" maxLength={3} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
      )}
      <div role="status" className="consequence">
        {minutes === null ? <p className="muted">{words.say("extend.choose")}</p> : <WhoIsLate words={words} consequence={consequence} />}
      </div>
      <p className="complaint" role="alert">
        {failed}
      </p>
      <button type="button" className="main" disabled={minutes === null || going} onClick={() => void say()}>
        {minutes === null ? words.say("extend.go-none") : words.say("extend.go", { count: minutes })}
      </button>
    </Sheet>
  );
}

/** The minutes that were typed; null: they are none. */
function minutesIn(typed: string): number | null {
  const minutes = typedNumber(typed);
  return minutes !== null && Number.isInteger(minutes) && minutes > 0 && minutes <= MOST ? minutes : null;
}

function WhoIsLate({ words, consequence }: { readonly words: FieldWords; readonly consequence: Consequence | null }): ReactElement {
  if (consequence === null) return <p className="muted">{words.say("extend.asking")}</p>;
  const { late, estimated } = consequence;
  return (
    <>
      {late.length === 0 ? (
        <p className="all-done">{words.say("extend.nobody")}</p>
      ) : (
        <ul className="late">
          {late.map((one, index) => (
            <li key={index}>
              <strong>{words.say("extend.late", { who: one.who ?? words.say("extend.colleague"), minutes: Math.ceil(one.late_by_after / 60) })}</strong>{" "}
              <span className="muted">
                {words.say(one.late_by_before > 0 ? "extend.before" : "extend.in-time", {
                  number: one.number ?? "",
                  time: words.time(one.due),
                  minutes: Math.ceil(one.late_by_before / 60),
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {estimated && <p className="muted">{words.say("extend.estimated")}</p>}
    </>
  );
}

/** What so many minutes more lead to: as the server says, else as this phone estimates; null: not known yet. */
function useConsequence(visit: VisitDocument, minutes: number | null): Consequence | null {
  const [known, setKnown] = useState<Consequence | null>(null);
  const { visits, planned } = useDay();
  const now = useOperationNow();

  useEffect(() => {
    if (minutes === null) return;
    let left = false;
    const estimate = (): Consequence => ({ minutes, late: lateBy([...visits, ...planned], visit, minutes * 60, now()), estimated: true });
    json<{ readonly visits: readonly Late[] }>(`/api/v1/phone/visits/${visit.visit}/extension?seconds=${minutes * 60}`).then(
      (answer) => !left && setKnown({ minutes, late: answer.visits, estimated: false }),
      (error: unknown) => {
        if (left) return;
        // Whatever the server has against the question, the person in front of the boiler gets an answer.
        setKnown(estimate());
        if (!(error instanceof Unreachable || error instanceof SignedOut)) console.warn("The server does not say who would be late.", error);
      },
    );
    return () => {
      left = true;
    };
    // Asked once for each choice; what else changes meanwhile does not change the question.
  }, [minutes, visit.visit]);

  return known?.minutes === minutes ? known : null;
}
