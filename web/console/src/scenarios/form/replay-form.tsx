/** Replaying days that are over: which days, by whose policy, how often. They are taken, kept and run with one button. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link, useLocation } from "wouter";
import { useCommand } from "../../commands";
import { tell } from "../../notices";
import { Button, DayField, Field, NumberField, Problem, Waiting } from "../../pieces";
import { change, type Shape } from "../../request";
import { useMe } from "../../session";
import { useWords } from "../../words";
import { type Dispatching, formed, fresh } from "../document";
import { type Form, type Kept, SCENARIOS, useForm } from "../reading";
import { TEXTS as PAGE_TEXTS } from "../texts";
import { DispatchFields } from "./dispatch-fields";
import { Part, WrongHere } from "./part";
import { wrongOf } from "./places";
import { TEXTS } from "./texts";

/** As the server has it. */
const MOST_DAYS = 92;

export function ReplayPage(): ReactElement {
  const form = useForm();
  if (form.data === undefined) {
    return (
      <article className="scenarios-page">
        <Problem error={form.error} onAgain={() => void form.refetch()} />
        <Waiting />
      </article>
    );
  }
  return <ReplayForm today={form.data.today} form={form.data} copied={undefined} />;
}

export function ReplayForm({ today, form, copied }: { readonly today: string; readonly form: Form | undefined; readonly copied: Kept | undefined }): ReactElement {
  const words = useWords(TEXTS);
  const back = useWords(PAGE_TEXTS).say("scenarios.back");
  const [, go] = useLocation();
  const client = useQueryClient();
  const everywhere = useMe().territories.length === 0;
  const begin = copied === undefined ? null : formed(copied.document, today);
  const [first, setFirst] = useState(begin?.horizon.first ?? dayBefore(today));
  const [days, setDays] = useState(begin?.horizon.days ?? 1);
  const [often, setOften] = useState(begin?.replications.most ?? 1);
  const [title, setTitle] = useState(copied?.title ?? "");
  const [dispatch, setDispatch] = useState<Dispatching>(begin?.dispatch ?? { agent: "live", iterations: 200 });
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = wrongOf(error);
  const isReady = first !== "" && everywhere && !doing;

  const run = async (): Promise<void> => {
    setDoing(true);
    setError(null);
    try {
      const taken = await change<Shape<"SituationShape">>("POST", "/api/v1/scenarios/situations", { first, days });
      const { kpis, changes, accept, question, format } = fresh(first);
      const document = {
        ...{ format, question, kpis, changes, accept },
        title: title.trim() === "" ? words.say("form.replay.title", { first: days === 1 ? first : `${first} + ${days - 1}` }) : title,
        situation: taken.body.situation,
        horizon: { first, days, warm_up: 0 },
        dispatch,
        replications: { seed: begin?.replications.seed ?? 1, least: often, most: often },
      };
      const { body } = await change<Kept>("POST", "/api/v1/scenarios", { document, asks: "replay" });
      await change("POST", `/api/v1/scenarios/${body.id}/run`);
      tell(words.say("form.kept", { title: body.title }));
      await client.invalidateQueries({ queryKey: SCENARIOS });
      go(`/scenarios/${body.id}`);
    } catch (refused) {
      setError(refused);
      setDoing(false);
    }
  };
  useCommand({ id: "scenarios.run", title: PAGE_TEXTS["scenarios.command.run"], key: "ctrl+enter", when: () => isReady, run: () => void run() });

  return (
    <article className="scenarios-page">
      <Link href="/scenarios" className="scenarios-back">
        ‹ {back}
      </Link>
      <form
        className="scenarios-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void run();
        }}
      >
        <h1>{copied === undefined ? words.say("form.replay") : words.say("form.replay.copy", { title: copied.title })}</h1>
        <p className="scenarios-muted">{words.say("form.replay.about")}</p>
        <Part title={words.say("form.replay.days")} hint={words.say("form.replay.over")}>
          <div className="scenarios-row">
            <div className="piece-field">
              <span className="piece-label" id="scenarios-replay-first">
                {words.say("form.replay.first")}
              </span>
              <DayField labelledBy="scenarios-replay-first" value={first} max={dayBefore(today)} onChange={setFirst} />
            </div>
            <NumberField label={words.say("form.replay.count")} value={days} minValue={1} maxValue={MOST_DAYS} onChange={setDays} />
            <NumberField label={words.say("form.replay.times")} hint={words.say("form.replay.times.hint")} value={often} minValue={1} maxValue={100} onChange={setOften} />
          </div>
          <WrongHere wrong={wrong} />
        </Part>
        <Field label={words.say("form.name")} value={title} onChange={setTitle} maxLength={120} />
        <Part title={words.say("form.replay.policy")}>
          <DispatchFields value={dispatch} onChange={setDispatch} form={form} />
        </Part>
        <footer className="scenarios-form-foot">
          {wrong.length > 0 ? (
            <p className="scenarios-verdict" data-tone="worse">
              {words.say("form.wrong", { count: wrong.length })}
            </p>
          ) : (
            <Problem error={error} />
          )}
          <Button type="submit" kind="main" icon="play" keys="ctrl+enter" waiting={doing} isDisabled={!isReady}>
            {words.say("form.replay.run")}
          </Button>
        </footer>
      </form>
    </article>
  );
}

function dayBefore(day: string): string {
  const before = new Date(`${day}T12:00:00Z`);
  before.setUTCDate(before.getUTCDate() - 1);
  return before.toISOString().slice(0, 10);
}
