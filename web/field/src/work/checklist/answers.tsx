/** What was answered, to read: after the visit nothing of it can be changed here. */

import type { ReactElement, ReactNode } from "react";
import type { FieldWords } from "../../texts";
import { Thumbnail } from "../picture/thumbnail";
import { answered } from "./check";
import { type Answer, type Answers, label, order, type Question, type Schema, title } from "./schema";

interface Props {
  readonly words: FieldWords;
  readonly schema: Schema;
  readonly answers: Answers;
}

export function GivenAnswers({ words, schema, answers }: Props): ReactElement {
  const given = order(schema).flatMap((name) => {
    const [question, value] = [schema.properties[name], answers[name]];
    return question === undefined || !answered(value) ? [] : [{ name, question, value }];
  });
  if (given.length === 0) return <p className="muted">{words.say("checklist.none")}</p>;
  return (
    <dl className="given">
      {given.map(({ name, question, value }) => (
        <div key={name}>
          <dt>{title(question, words.language)}</dt>
          <dd>{shown(words, question, value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function shown(words: FieldWords, question: Question, value: Answer): ReactNode {
  const name = title(question, words.language);
  switch (question["x-kind"]) {
    case "yes_no":
      return words.say(value === true ? "yes" : "no");
    case "choice":
      return label(question, String(value), words.language);
    case "number":
    case "reading":
      return [String(value), question["x-unit"]].filter(Boolean).join(" ");
    case "photo":
      return (
        <span className="thumbnails">
          {(Array.isArray(value) ? (value as readonly string[]) : []).map((one, index) => (
            <Thumbnail key={one} words={words} sha256={one} name={`${name} ${index + 1}`} />
          ))}
        </span>
      );
    case "signature":
      return <Thumbnail words={words} sha256={String(value)} name={name} wide />;
    case "text":
    case "code":
      return String(value);
  }
}
