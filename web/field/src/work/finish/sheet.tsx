/** The end of a visit: what is still missing, done, or not done and why. */

import { type ReactElement, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { actAll, type Doing, signWith } from "../../sync";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { answered, missing } from "../checklist/check";
import { keepAnswers } from "../checklist/keeping";
import { type Answers, order, type Schema, title } from "../checklist/schema";
import type { Ending } from "../../screens/slots";
import { SignatureSheet } from "../signature/sheet";
import { Incomplete, type Reason } from "./incomplete";
import { Report } from "./report";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly onClose: () => void;
}

/** The reason that is chosen beforehand for what is lacking. */
const REASON_OF: Readonly<Record<"need_parts" | "need_visit" | "none", Reason | null>> = { need_parts: "parts", need_visit: "time", none: null };

export function FinishSheet({ words, visit, lacking, onClose }: Props & Ending): ReactElement {
  const [done, setDone] = useState(lacking === undefined);
  return (
    <Sheet words={words} title={words.say("finish.title")} onClose={onClose}>
      <h3>{words.say("finish.how")}</h3>
      <div className="choices" role="group" aria-label={words.say("finish.how")}>
        <button type="button" className="choice" aria-pressed={done} onClick={() => setDone(true)}>
          {words.say("finish.done")}
        </button>
        <button type="button" className="choice" aria-pressed={!done} onClick={() => setDone(false)}>
          {words.say("finish.not-done")}
        </button>
      </div>
      {done ? <Complete words={words} visit={visit} onClose={onClose} /> : <Incomplete words={words} visit={visit} reason={REASON_OF[lacking ?? "none"]} onClose={onClose} />}
    </Sheet>
  );
}

const SUMMARIES = ["finish.repaired", "finish.replaced", "finish.serviced", "finish.adjusted", "finish.no-fault"] as const;

function Complete({ words, visit, onClose }: Props): ReactElement {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const [email, setEmail] = useState<string | null>(null);
  const [signing, setSigning] = useState(false);
  const { going, failed, tap } = useTapping(words);
  const unanswered = stillMissing(words, visit);
  // Whatever else is tapped, there is room for what was typed.
  const room = LONGEST.complete.summary - SUMMARIES.map((key) => `${words.say(key)}. `).join("").length;

  async function finish(): Promise<void> {
    const summary = [...chosen, typed.trim()].filter((one) => one !== "").join(". ");
    const finished = await tap(async () => {
      await keepAnswers();
      // The app may be closed the moment after: a visit is not completed without the report that was asked for with it.
      const taps: Doing[] = [{ kind: "complete", data: summary === "" ? {} : { summary } }];
      if (email !== null) taps.push({ kind: "send_report", data: email === "" ? {} : { email } });
      await actAll(visit.visit, taps);
    });
    if (finished) onClose();
  }

  return (
    <>
      <p className="muted">{filled(words, visit).join(" · ")}</p>
      {unanswered.length > 0 && (
        <div className="warning" role="status">
          <p>{words.say("finish.missing")}</p>
          <ul>
            {unanswered.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      <h3>{words.say("finish.what")}</h3>
      <div className="choices" role="group" aria-label={words.say("finish.what")}>
        {SUMMARIES.map((key) => {
          const text = words.say(key);
          const on = chosen.includes(text);
          return (
            <button
              key={key}
              type="button"
              className="choice"
              aria-pressed={on}
              onClick={() => setChosen(on ? chosen.filter((one) => one !== text) : [...chosen, text])}
            >
              {text}
            </button>
          );
        })}
      </div>
      <label className="field">
        {words.say("finish.words")}
        <textarea rows={2} maxLength={room} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <button type="button" className="second" onClick={() => setSigning(true)}>
        {visit.signature === null ? words.say("finish.sign") : words.say("finish.signed", { name: visit.signature.name })}
      </button>
      <Report words={words} visit={visit} email={email} onEmail={setEmail} />
      <p className="complaint" role="alert">
        {failed}
      </p>
      <button type="button" className="main" disabled={going || unanswered.length > 0} onClick={() => void finish()}>
        {words.say("finish.go")}
      </button>
      {signing && (
        <SignatureSheet
          words={words}
          title={words.say("finish.sign")}
          name={visit.signature?.name ?? visit.contact?.name ?? ""}
          onSigned={(picture, name) => signWith(visit.visit, picture, name)}
          onClose={() => setSigning(false)}
        />
      )}
    </>
  );
}

/** What there is so far, as it will stand in the report. */
function filled(words: FieldWords, { checklist, media, used }: VisitDocument): readonly string[] {
  const schema = checklist?.schema as unknown as Schema | undefined;
  const asked = schema === undefined ? [] : order(schema);
  const photos = media.filter((one) => one.purpose === "photo").length;
  const parts = used.reduce((sum, one) => sum + one.quantity, 0);
  return [
    ...(asked.length === 0
      ? []
      : [words.say("finish.filled", { answered: asked.filter((name) => answered((checklist?.answers as Answers | null)?.[name])).length, asked: asked.length })]),
    ...(photos === 0 ? [] : [words.say("finish.photos", { count: photos })]),
    ...(parts <= 0 ? [] : [words.say("finish.parts", { count: parts })]),
  ];
}

/** The titles of the questions without which the server does not let a visit be completed. */
export function stillMissing(words: FieldWords, { checklist }: VisitDocument): readonly string[] {
  if (checklist === null || checklist.required === false) return [];
  const schema = checklist.schema as unknown as Schema;
  return missing(schema, (checklist.answers ?? {}) as Answers).flatMap((name) => {
    const question = schema.properties[name];
    return question === undefined ? [] : [title(question, words.language)];
  });
}
