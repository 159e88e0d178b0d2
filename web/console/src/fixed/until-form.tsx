/** Until when, and why: what is asked of whoever fixes something. */

import { type ReactElement, useState } from "react";
import { operationNow, useBoardPart } from "../live";
import { Button, DayField, Field, Problem, Segments } from "../pieces";
import { useWords } from "../words";
import { CHOICES, type Chosen, instantOf, untilOf, writtenAt } from "./instants";
import type { Wanted } from "./locks";
import { TEXTS } from "./texts";

interface Props {
  readonly before: { readonly until: string; readonly because: string } | null;
  readonly go: string;
  readonly onGo: (wanted: Wanted) => Promise<void>;
  readonly onEnd?: { readonly title: string; readonly run: () => Promise<void> };
  readonly onCancel?: () => void;
}

export function UntilForm({ before, go, onGo, onEnd, onCancel }: Props): ReactElement {
  const words = useWords(TEXTS);
  const zone = useBoardPart((board) => board?.time_zone) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [chosen, choose] = useState<Chosen | "other">(before === null ? "hours" : "other");
  const [typed, write] = useState<string | null>(null);
  const [because, say] = useState(before?.because ?? "");
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const now = operationNow();
  // Before the board is there, the zone is the browser's: what nobody has typed is written anew in the operation's.
  const text = typed ?? writtenAt(before === null ? untilOf("today", now, zone).getTime() : Date.parse(before.until), zone);
  const [day = "", time = ""] = text.split("T");
  const until = chosen === "other" ? instantOf(text, zone) : untilOf(chosen, now, zone);
  const offered = CHOICES.filter((one) => untilOf(one, now, zone).getTime() > now);
  const run = async (what: () => Promise<void>): Promise<void> => {
    setGoing(true);
    setError(null);
    try {
      await what();
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(false);
    }
  };
  return (
    <div className="fixed-form">
      <Segments
        label={words.say("fixed.until")}
        value={chosen}
        onChange={choose}
        options={[...offered, "other" as const].map((id) => ({ id, label: words.say(`fixed.until.${id}`) }))}
      />
      {chosen === "other" && (
        <div className="piece-field" role="group" aria-labelledby="fixed-until-at">
          <span className="piece-label" id="fixed-until-at">{words.say("fixed.until.at", { zone: zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone })}</span>
          <div className="fixed-at">
            <DayField label={words.say("fixed.until.day")} value={day} onChange={(next) => write(`${next}T${time}`)} />
            <Field label={words.say("fixed.until.time")} hideLabel value={time} onChange={(next) => write(`${day}T${next}`)} maxLength={5} placeholder="17:00" inputMode="numeric" />
          </div>
        </div>
      )}
      <Field label={words.say("fixed.because")} hint={words.say("fixed.because.hint")} value={because} onChange={say} maxLength={500} />
      <Problem error={error} compact />
      <div className="fixed-foot">
        {onEnd !== undefined && (
          <Button kind="bad" isDisabled={going} onPress={() => void run(onEnd.run)}>
            {onEnd.title}
          </Button>
        )}
        {onCancel !== undefined && <Button onPress={onCancel}>{words.say("fixed.cancel")}</Button>}
        <Button kind="main" waiting={going} isDisabled={until === null} onPress={() => until !== null && void run(() => onGo({ until, because: because.trim() }))}>
          {go}
        </Button>
      </div>
    </div>
  );
}
