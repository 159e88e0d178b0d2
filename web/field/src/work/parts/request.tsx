/** Asking for a part that the van has not. */

import { type FormEvent, type ReactElement, useId, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { act } from "../../sync";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { WhichPart } from "./which";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly onClose: () => void;
}

export function RequestSheet({ words, visit, onClose }: Props): ReactElement {
  const [part, setPart] = useState("");
  const [quantity, setQuantity] = useState(1);
  const [urgent, setUrgent] = useState(false);
  const [note, setNote] = useState("");
  const { going, failed, tap } = useTapping(words);
  const field = useId();

  async function ask(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const said = note.trim();
    const request = { part: part.trim(), quantity, urgent, ...(said === "" ? {} : { note: said }) };
    if (await tap(() => act("request_part", visit.visit, request))) onClose();
  }

  return (
    <Sheet words={words} title={words.say("parts.ask")} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void ask(event)}>
        <WhichPart words={words} part={part} onPart={setPart} />
        <Count words={words} part={part} quantity={quantity} onQuantity={setQuantity} />
        <button type="button" className="choice" aria-pressed={urgent} onClick={() => setUrgent(!urgent)}>
          {words.say("parts.urgent")}
        </button>
        <label className="field" htmlFor={field}>
          {words.say("parts.note")}
          <input id={field} value={note} maxLength={LONGEST.request_part.note} autoComplete="off" onChange={(event) => setNote(event.target.value)} />
        </label>
        <p className="complaint" role="alert">
          {failed}
        </p>
        <button type="submit" className="main" disabled={part.trim() === "" || going}>
          {words.say("parts.send")}
        </button>
      </form>
    </Sheet>
  );
}

interface CountProps {
  readonly words: FieldWords;
  readonly part: string;
  readonly quantity: number;
  readonly onQuantity: (quantity: number) => void;
}

export function Count({ words, part, quantity, onQuantity }: CountProps): ReactElement {
  return (
    <span className="stepper" role="group" aria-label={words.say("parts.how-many")}>
      <button type="button" aria-label={words.say("parts.less", { part })} disabled={quantity <= 1} onClick={() => onQuantity(quantity - 1)}>
        −
      </button>
      <output>{quantity}</output>
      <button type="button" aria-label={words.say("parts.more", { part })} disabled={quantity >= 99} onClick={() => onQuantity(quantity + 1)}>
        +
      </button>
    </span>
  );
}
