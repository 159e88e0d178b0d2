/** A visit that cannot be finished: why, and what it needs. */

import { type ReactElement, useId, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { useTapping } from "../../pieces/tapping";
import { act } from "../../sync";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { keepAnswers } from "../checklist/keeping";
import { Count } from "../parts/request";
import { WhichPart } from "../parts/which";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  /** Chosen to begin with; null: none is. */
  readonly reason: Reason | null;
  readonly onClose: () => void;
}

/** Why, and which step of a visit's life that is. */
const REASONS = {
  parts: "need_parts",
  time: "need_visit",
  access: "need_visit",
  customer: "need_visit",
  skill: "need_visit",
  absent: "no_show",
} as const;
export type Reason = keyof typeof REASONS;

const HOURS = [0.5, 1, 2, 4] as const;

export function Incomplete({ words, visit, reason: first, onClose }: Props): ReactElement {
  const [reason, setReason] = useState(first);
  const [note, setNote] = useState("");
  const [part, setPart] = useState("");
  const [quantity, setQuantity] = useState(1);
  const [hours, setHours] = useState<number | null>(null);
  const { going, failed, tap } = useTapping(words);
  const field = useId();
  const room = reason === null ? 0 : LONGEST[REASONS[reason]].reason - `${words.say(`incomplete.${reason}`)}: `.length;
  const possible = (Object.keys(REASONS) as Reason[]).filter((one) => visit.actions.includes(REASONS[one]));

  async function finish(): Promise<void> {
    if (reason === null) return;
    const why = [words.say(`incomplete.${reason}`), note.trim()].filter((one) => one !== "").join(": ");
    const finished = await tap(async () => {
      await keepAnswers();
      if (reason === "parts") {
        const parts = part.trim() === "" ? [] : [{ part: part.trim(), quantity }];
        await act("need_parts", visit.visit, { reason: why, parts });
      } else if (reason === "absent") {
        await act("no_show", visit.visit, { reason: why });
      } else {
        await act("need_visit", visit.visit, { reason: why, ...(hours === null ? {} : { duration: hours * 3600 }) });
      }
    });
    if (finished) onClose();
  }

  return (
    <>
      <h3>{words.say("incomplete.why")}</h3>
      <div className="choices" role="group" aria-label={words.say("incomplete.why")}>
        {possible.map((one) => (
          <button key={one} type="button" className="choice" aria-pressed={reason === one} onClick={() => setReason(one)}>
            {words.say(`incomplete.${one}`)}
          </button>
        ))}
      </div>
      {possible.length === 0 && <p className="muted">{words.say("incomplete.none")}</p>}
      {reason === "parts" && <NeededPart words={words} part={part} quantity={quantity} onPart={setPart} onQuantity={setQuantity} />}
      {reason !== null && REASONS[reason] === "need_visit" && (
        <>
          <h3>{words.say("incomplete.how-long")}</h3>
          <div className="choices" role="group" aria-label={words.say("incomplete.how-long")}>
            {HOURS.map((one) => (
              <button key={one} type="button" className="choice" aria-pressed={hours === one} onClick={() => setHours(hours === one ? null : one)}>
                {one < 1 ? words.say("extend.minutes", { count: one * 60 }) : words.say("incomplete.hours", { count: one })}
              </button>
            ))}
          </div>
        </>
      )}
      {reason !== null && (
        <label className="field" htmlFor={field}>
          {words.say("incomplete.note")}
          <textarea id={field} rows={2} maxLength={room} value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
      )}
      {reason !== null && <p className="muted">{words.say(`incomplete.then.${REASONS[reason]}`)}</p>}
      <p className="complaint" role="alert">
        {failed}
      </p>
      <button type="button" className="main" disabled={reason === null || going} onClick={() => void finish()}>
        {words.say("incomplete.go")}
      </button>
    </>
  );
}

interface NeededProps {
  readonly words: FieldWords;
  readonly part: string;
  readonly quantity: number;
  readonly onPart: (part: string) => void;
  readonly onQuantity: (quantity: number) => void;
}

function NeededPart({ words, part, quantity, onPart, onQuantity }: NeededProps): ReactElement {
  return (
    <>
      <WhichPart words={words} part={part} onPart={onPart} />
      <Count words={words} part={part} quantity={quantity} onQuantity={onQuantity} />
    </>
  );
}
