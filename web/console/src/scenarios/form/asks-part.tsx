/** What is asked of the scenario, in a planner's words. */

import type { ReactElement } from "react";
import { Segments } from "../../pieces";
import { useWords } from "../../words";
import type { Asks } from "../document";
import { Part } from "./part";
import { TEXTS } from "./texts";

const QUESTIONS = ["effect", "sweep", "staffing", "worth"] as const;
export type Question = (typeof QUESTIONS)[number];

export function AsksPart({ value, onChange }: { readonly value: Question; readonly onChange: (value: Question) => void }): ReactElement {
  const words = useWords(TEXTS);
  return (
    <Part title={words.say("form.asks")}>
      <Segments label={words.say("form.asks")} options={QUESTIONS.map((id) => ({ id, label: words.say(`form.asks.${id}`) }))} value={value} onChange={onChange} />
      <p className="scenarios-muted">{words.say(`form.asks.${value}.hint`)}</p>
    </Part>
  );
}

export function isQuestion(asks: Asks): asks is Question {
  return asks !== "replay";
}
