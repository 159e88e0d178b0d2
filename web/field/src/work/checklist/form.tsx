/** The checklist of a visit: one question below the other, taps where taps will do, each answer kept as it is given. */

import { type ReactElement, useMemo } from "react";
import type { VisitDocument } from "../../day/documents";
import { useTapping } from "../../pieces/tapping";
import type { FieldWords } from "../../texts";
import { answered, complaint, missing, required } from "./check";
import { GivenAnswers } from "./answers";
import { Control } from "./control";
import { useKeeping } from "./keeping";
import { type Answers, hint, order, type Schema, title } from "./schema";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
}

/** Statuses in which the answers may be changed. */
const OPEN: ReadonlySet<string> = new Set(["en_route", "on_site", "working", "paused"]);

export function ChecklistForm({ words, visit }: Props): ReactElement | null {
  const { checklist } = visit;
  if (checklist === null) return null;
  return <Form words={words} visit={visit} checklist={checklist} />;
}

/** Kinds of questions whose answers are made of letters. */
const TYPED: ReadonlySet<string> = new Set(["text", "number", "reading"]);

function Form({ words, visit, checklist }: Props & { readonly checklist: NonNullable<VisitDocument["checklist"]> }): ReactElement {
  const schema = checklist.schema as unknown as Schema;
  const { failed, tap } = useTapping(words);
  const known = useMemo(() => (checklist.answers ?? {}) as Answers, [checklist.answers]);
  const { answers, change } = useKeeping(visit.visit, checklist.version, known, tap);
  const asked = order(schema);
  const wanted = new Set(required(schema, answers));
  const left = missing(schema, answers).length;
  const open = OPEN.has(visit.status);

  return (
    <section className="part stack" aria-labelledby="checklist-title">
      <h2 id="checklist-title">{words.say("checklist.title")}</h2>
      {!open && <GivenAnswers words={words} schema={schema} answers={answers} />}
      {open && (
        <>
          <p role="status" className={left === 0 ? "all-done" : "muted"}>
            {left === 0 ? words.say("checklist.done") : words.say("checklist.left", { count: left })}
          </p>
          <progress
            value={asked.filter((name) => answered(answers[name])).length}
            max={asked.length}
            aria-label={words.say("checklist.progress")}
          />
          <ol className="questions">
            {asked.map((name) => {
              const question = schema.properties[name];
              if (question === undefined) return null;
              const value = answers[name];
              const wrong = answered(value) ? complaint(question, value) : null;
              return (
                <li key={name}>
                  <Control
                    words={words}
                    visit={visit.visit}
                    contact={visit.contact?.name ?? visit.customer?.name ?? ""}
                    name={name}
                    question={question}
                    title={title(question, words.language)}
                    hint={hint(question, words.language)}
                    required={wanted.has(name)}
                    previous={checklist.previous?.[name]}
                    value={answered(value) ? value : null}
                    wrong={wrong === null ? null : words.say(wrong.text, { limit: wrong.limit ?? 0 })}
                    onChange={(next) => {
                      const kept = answered(next) && complaint(question, next) === null ? next : null;
                      change(name, next, kept, TYPED.has(question["x-kind"]) ? "typed" : "tapped");
                    }}
                  />
                </li>
              );
            })}
          </ol>
        </>
      )}
      <p className="complaint" role="alert">
        {failed}
      </p>
    </section>
  );
}
