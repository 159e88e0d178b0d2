/** What a scenario starts from: this operation as a day begins, the sample's city, or a made-up town. */

import { type ReactElement, useState } from "react";
import { useIsHere } from "@fieldwright/shared/is-here";
import { Button, DayField, NumberField, Problem, Segments, Switch } from "../../pieces";
import { change, type Shape } from "../../request";
import { useMe } from "../../session";
import { useWords } from "../../words";
import { type Parts, type Situation, without } from "../document";
import type { Looked } from "../reading";
import { Part } from "./part";
import type { Wrong } from "./places";
import { TEXTS } from "./texts";

const KINDS = ["taken", "sample-city", "generated"] as const;

export function SituationPart({ value, onChange, looked, looking, today, wrong }: {
  readonly value: Situation;
  readonly onChange: (value: Situation) => void;
  readonly looked: Looked | undefined;
  /** It is being asked who is there, for the first time. */
  readonly looking: boolean;
  readonly today: string;
  readonly wrong: readonly Wrong[];
}): ReactElement {
  const words = useWords(TEXTS);
  const turn = (kind: Situation["kind"]): void => {
    if (kind === "taken") onChange({ kind, file: "situation.json", digest: "" });
    if (kind === "sample-city") onChange({ kind, seed: 1, jobs_per_day: 70 });
    if (kind === "generated") onChange({ kind, seed: 1, technicians: 8, jobs_per_day: 45 });
  };
  return (
    <Part title={words.say("form.situation")} wrong={wrong} places={["situation"]}>
      <Segments label={words.say("form.situation")} options={KINDS.map((id) => ({ id, label: words.say(`form.situation.${id}`) }))} value={value.kind} onChange={turn} />
      {value.kind === "taken" ? (
        <Taking today={today} onTaken={onChange} />
      ) : (
        <div className="scenarios-row">
          {value.kind === "generated" && (
            <NumberField label={words.say("form.technicians")} value={value.technicians ?? 8} minValue={1} maxValue={200} onChange={(technicians) => onChange({ ...value, technicians })} />
          )}
          <NumberField label={words.say("form.jobs")} value={value.jobs_per_day ?? (value.kind === "generated" ? 45 : 70)} minValue={1} maxValue={1000} onChange={(jobs_per_day) => onChange({ ...value, jobs_per_day })} />
          <NumberField label={words.say("form.seed")} value={value.seed ?? 1} minValue={0} onChange={(seed) => onChange({ ...value, seed })} />
          <NumberField label={words.say("form.crews")} unit="%" value={Math.round((value.crews ?? 0) * 1000) / 10} minValue={0} maxValue={50} onChange={(crews) => onChange(without<typeof value>(value, { crews: crews === 0 ? undefined : crews / 100 }))} />
        </div>
      )}
      {value.kind !== "taken" && <PartsFields value={value} onChange={onChange} />}
      {/* Its line is there from the beginning: what comes late must not push away what somebody is about to press. */}
      {(value.kind !== "taken" || value.digest !== "") && (
        <p className="scenarios-looked" role="status">
          {looked !== undefined ? (
            <>
              <b>{looked.name}</b>: {words.say("form.looked", { people: looked.people.length, sites: looked.sites, jobs: Math.round(looked.jobs_per_day * 10) / 10 })}
            </>
          ) : (
            looking && words.say("form.looking")
          )}
        </p>
      )}
    </Part>
  );
}

/** Parts of a made-up company: without them no part is ever missing. */
function PartsFields({ value, onChange }: { readonly value: Exclude<Situation, { readonly kind: "taken" }>; readonly onChange: (value: Situation) => void }): ReactElement {
  const words = useWords(TEXTS);
  const { parts } = value;
  const put = (part: Parts): void => onChange({ ...value, parts: { ...parts, ...part } });
  const percent = (share: number): number => Math.round(share * 1000) / 10;
  return (
    <div className="scenarios-or-all">
      <Switch isSelected={parts !== undefined} onChange={(yes) => onChange(without<typeof value>(value, { parts: yes ? { needed: 0.5, filled: 0.8, hours: 24 } : undefined }))}>
        {words.say("form.parts")}
      </Switch>
      {parts !== undefined && (
        <div className="scenarios-row">
          <NumberField label={words.say("form.parts.needed")} unit="%" value={percent(parts.needed ?? 0.5)} minValue={0} maxValue={100} onChange={(needed) => put({ needed: needed / 100 })} />
          <NumberField label={words.say("form.stock.filled")} unit="%" value={percent(parts.filled ?? 0.8)} minValue={0} maxValue={100} onChange={(filled) => put({ filled: filled / 100 })} />
          <NumberField label={words.say("form.stock.hours")} unit={words.say("form.unit.h")} value={parts.hours ?? 24} minValue={0} maxValue={1000} onChange={(hours) => put({ hours })} />
        </div>
      )}
    </div>
  );
}

function Taking({ today, onTaken }: { readonly today: string; readonly onTaken: (value: Situation) => void }): ReactElement {
  const words = useWords(TEXTS);
  const everywhere = useMe().territories.length === 0;
  const [first, setFirst] = useState(today);
  const [history, setHistory] = useState(28);
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isHere = useIsHere();
  const take = async (): Promise<void> => {
    setDoing(true);
    setError(null);
    try {
      const { body } = await change<Shape<"SituationShape">>("POST", "/api/v1/scenarios/situations", { first, history });
      // Who has chosen another situation meanwhile keeps that one.
      if (isHere()) onTaken(body.situation as unknown as Situation);
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
    }
  };
  return (
    <>
      <p className="scenarios-muted">{words.say("form.take.hint")}</p>
      <div className="scenarios-row">
        <div className="piece-field">
          <span className="piece-label" id="scenarios-take-first">
            {words.say("form.take.first")}
          </span>
          <DayField labelledBy="scenarios-take-first" value={first} onChange={setFirst} />
        </div>
        <NumberField label={words.say("form.take.history")} hint={words.say("form.take.history.hint")} value={history} minValue={1} maxValue={400} onChange={setHistory} />
        <Button icon="refresh" waiting={doing} isDisabled={first === "" || !everywhere} onPress={() => void take()}>
          {words.say("form.take")}
        </Button>
      </div>
      <Problem error={error} />
    </>
  );
}
