/** Saying something: for the office, or to whoever has the job. What was not sent stays, also over a reload. */

import { type KeyboardEvent, type ReactElement, useState } from "react";
import { Button, Field, Problem, Segments } from "../pieces";
import { useWords } from "../words";
import { TEXTS } from "./texts";
import { useSaying } from "./use-conversation";
import { forget, keep, kept, leftOf, type Written } from "./written";

const LONGEST = 2000;

export function Composer({ job, crew }: { readonly job: string; readonly crew: readonly string[] }): ReactElement {
  const words = useWords(TEXTS);
  const say = useSaying(job);
  const [written, setWritten] = useState(() => kept(job));
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const to = crew.length === 0 ? "note" : written.to;

  const write = (next: Partial<Written>): void => {
    // Other words are another message: the key is theirs alone.
    const now = { ...written, ...next, key: crypto.randomUUID() };
    keep(job, now);
    setWritten(now);
  };
  const send = async (): Promise<void> => {
    if (written.text.trim() === "" || going) return;
    setGoing(true);
    setError(null);
    try {
      await say(written.text.trim(), to, written.key);
      const left = leftOf(kept(job), written);
      if (left.text === "") forget(job);
      else keep(job, left);
      setWritten(left);
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  const names = crew.join(", ");
  return (
    <div className="talk-composer" onKeyDown={onKeyDown}>
      {crew.length > 0 && (
        <Segments
          label={words.say("talk.write")}
          options={[
            { id: "note", label: words.say("talk.note") },
            { id: "technician", label: words.say("talk.technician", { names }) },
          ]}
          value={to}
          onChange={(next) => write({ to: next })}
        />
      )}
      <Field
        label={words.say("talk.write")}
        hideLabel
        rows={3}
        maxLength={LONGEST}
        value={written.text}
        onChange={(text) => write({ text })}
        hint={words.say(crew.length === 0 ? "talk.nobody" : to === "note" ? "talk.note.hint" : "talk.technician.hint")}
      />
      <Problem error={error} compact />
      <Button kind="main" size="small" keys="ctrl+enter" waiting={going} isDisabled={written.text.trim() === ""} onPress={() => void send()}>
        {words.say(to === "note" ? "talk.add" : "talk.send")}
      </Button>
    </div>
  );
}
