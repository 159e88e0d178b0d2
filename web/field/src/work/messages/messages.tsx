/** What the office and the technician say to each other about a visit. What is said waits for the network like any tap. */

import { type FormEvent, type ReactElement, useEffect, useState } from "react";
import type { MessageDocument, VisitDocument } from "../../day/documents";
import { useTapping } from "../../pieces/tapping";
import { act, useDay } from "../../sync";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
}

/** As the server takes it. */
const LONGEST = 2000;
/** Who has had a message in front of them for so long has read it; a glance is none. */
const READ_MS = 2500;

export function Messages({ words, visit }: Props): ReactElement | null {
  const messages = useDay().messages.filter((one) => one.visit === visit.visit);
  const { going, failed, tap } = useTapping(words);
  const [text, setText] = useState("");
  useRead(messages);
  if (visit.provisional ? messages.length === 0 : visit.preview) return null;

  const say = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== "" && (await tap(() => act("say", visit.visit, { text: text.trim() })))) setText("");
  };
  return (
    <section className="part stack messages" aria-labelledby="messages-title">
      <h2 id="messages-title">{words.say("messages.title")}</h2>
      <ol aria-live="polite">
        {messages.map((one) => (
          <li key={one.id} className={one.mine ? "mine" : one.new ? "theirs new" : "theirs"}>
            <p className="text">{one.text}</p>
            <small className="muted">
              {[
                one.mine ? null : one.by,
                words.time(one.at),
                one.waiting ? words.say("messages.waiting") : one.mine && one.read ? words.say("messages.read") : null,
                one.new ? words.say("messages.new") : null,
              ]
                .filter(Boolean)
                .join(" · ")}
            </small>
          </li>
        ))}
      </ol>
      {!visit.provisional && (
        <form className="stack" onSubmit={(event) => void say(event)}>
          <label htmlFor="say">{words.say("messages.say")}</label>
          <textarea id="say" rows={2} maxLength={LONGEST} value={text} onChange={(event) => setText(event.target.value)} />
          <p className="complaint" role="alert">
            {failed}
          </p>
          <button type="submit" className="second" disabled={going || text.trim() === ""}>
            {words.say("messages.send")}
          </button>
        </form>
      )}
    </section>
  );
}

function useRead(messages: readonly MessageDocument[]): void {
  const which = messages
    .filter((one) => one.new)
    .map((one) => one.message)
    .join(" ");
  useEffect(() => {
    if (which === "") return undefined;
    // What cannot be kept now is marked a little longer; that harms nobody.
    const due = setTimeout(() => void act("read", null, { messages: which.split(" ") }).catch(console.error), READ_MS);
    return () => clearTimeout(due);
  }, [which]);
}
