/** "Not available now": for how long and why, by two taps. */

import { type ReactElement, useState } from "react";
import type { MeDocument } from "../../day/documents";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { Why } from "../../pieces/why";
import { act } from "../../sync";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";

const MINUTES = [30, 60, 120, 240, 480] as const;
const REASONS = ["why.unavailable.ill", "why.unavailable.vehicle", "why.unavailable.family"] as const;

interface Props {
  readonly words: FieldWords;
  readonly me: MeDocument | null;
}

export function Availability({ words, me }: Props): ReactElement | null {
  const { going, failed, tap } = useTapping(words);
  const [asking, setAsking] = useState(false);
  const [minutes, setMinutes] = useState<number | null>(null);
  if (me === null) return null;
  const close = (): void => {
    setAsking(false);
    setMinutes(null);
  };
  async function say(reason: string): Promise<void> {
    if (minutes !== null && (await tap(() => act("unavailable", null, { minutes, reason })))) close();
  }
  if (me.absence !== null) {
    return (
      <section className="part stack">
        <p className="warning">{words.say("me.unavailable.until", { time: words.time(me.absence.until) })}</p>
        {me.absence.own ? (
          <button type="button" className="main" disabled={going} onClick={() => void tap(() => act("available", null, {}))}>
            {words.say("me.available")}
          </button>
        ) : (
          <p className="muted">{words.say("me.unavailable.others")}</p>
        )}
        <p className="complaint" role="alert">
          {failed}
        </p>
      </section>
    );
  }
  return (
    <section className="part stack">
      <button type="button" className="second" onClick={() => setAsking(true)}>
        {words.say("me.unavailable")}
      </button>
      {asking && minutes === null && (
        <Sheet words={words} title={words.say("me.unavailable.title")} onClose={close}>
          <div className="choices">
            {MINUTES.map((one) => (
              <button key={one} type="button" className="choice" onClick={() => setMinutes(one)}>
                {one < 60 ? words.say("me.minutes", { count: one }) : words.say("me.hours", { count: one / 60 })}
              </button>
            ))}
          </div>
        </Sheet>
      )}
      {asking && minutes !== null && (
        <Why
          words={words}
          title={words.say("me.unavailable")}
          longest={LONGEST.unavailable.reason}
          reasons={REASONS.map((one) => words.say(one))}
          going={going}
          failed={failed}
          onSay={(reason) => void say(reason)}
          onClose={close}
        />
      )}
    </section>
  );
}
