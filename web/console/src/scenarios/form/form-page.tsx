/** Making a scenario: one column of parts, from the question down to how often it is simulated. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useIsHere } from "@fieldwright/shared/is-here";
import { useCommand } from "../../commands";
import { tell } from "../../notices";
import { Button, Check, DayField, Field, Menu, NumberField, Problem, Select, useSentenceOf, Waiting } from "../../pieces";
import { change } from "../../request";
import { useWords } from "../../words";
import { askingAnew, asksOf, begun, formed, fresh, KINDS, type Known, type Scenario, sent, without } from "../document";
import { type Form, type Kept, SCENARIOS, useForm, useLooked, useScenario } from "../reading";
import { useSpeaker } from "../use-speaker";
import { TEXTS as PAGE_TEXTS } from "../texts";
import { AsksPart, isQuestion, type Question } from "./asks-part";
import { ChangeCard } from "./change-card";
import { ConditionsPart } from "./conditions-part";
import { DispatchFields } from "./dispatch-fields";
import { forgetDraft, keepDraft, keptDraft } from "./draft";
import { Part } from "./part";
import { sentence, type Wrong, within, wrongOf } from "./places";
import { ReplayForm } from "./replay-form";
import { SituationPart } from "./situation-part";
import { StaffingPart } from "./staffing-part";
import { SweepPart } from "./sweep-part";
import { TEXTS } from "./texts";
import { WorthPart } from "./worth-part";

export function FormPage({ from }: { readonly from: string | null }): ReactElement {
  const { words } = useSpeaker();
  const form = useForm();
  const copied = useScenario(from);
  const today = form.data?.today;
  const [draft] = useState(() => (from === null ? keptDraft() : null));
  if (today === undefined || (from !== null && copied.data === undefined)) {
    return (
      <article className="scenarios-page">
        <Problem error={form.error ?? copied.error} onAgain={() => void form.refetch()} />
        <Waiting />
      </article>
    );
  }
  if (copied.data?.asks === "replay") return <ReplayForm today={today} form={form.data} copied={copied.data} />;
  const asks = copied.data?.asks ?? draft?.asks ?? asksOf(draft?.document ?? {});
  const begin = copied.data !== undefined ? formed(copied.data.document, today) : draft !== null ? formed(draft.document, today) : fresh(today, form.data?.policy);
  return (
    <article className="scenarios-page">
      <Link href="/scenarios" className="scenarios-back">
        ‹ {words.say("scenarios.back")}
      </Link>
      <Filling begin={begin} beginAsks={isQuestion(asks) ? asks : "effect"} form={form.data} copied={copied.data} file={draft?.file ?? null} today={today} />
    </article>
  );
}

const NOBODY: Known = { people: [], skills: [], territories: [] };

function Filling({ begin, beginAsks, form, copied, file, today }: {
  readonly begin: Scenario;
  readonly beginAsks: Question;
  readonly form: Form | undefined;
  readonly copied: Kept | undefined;
  readonly file: string | null;
  readonly today: string;
}): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const client = useQueryClient();
  const [scenario, setScenario] = useState<Scenario>(begin);
  const [asks, setAsks] = useState<Question>(beginAsks);
  const [doing, setDoing] = useState<"keep" | "run" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const looked = useLooked(scenario.situation);
  const known = looked.data ?? NOBODY;
  const kpis = form?.kpis ?? [];
  const wrong = useMemo<readonly Wrong[]>(() => [...wrongOf(error), ...wrongOf(looked.error)], [error, looked.error]);
  const isTaken = scenario.situation.kind !== "taken" || scenario.situation.digest !== "";
  // Into what is written now: an answer may put its part in long after it was asked for.
  const put = (part: Partial<Scenario>): void => setScenario((now) => ({ ...now, ...part }));
  // What is sent is no draft any more, unless it is refused.
  useEffect(() => {
    if (doing === null && (scenario !== begin || asks !== beginAsks)) keepDraft(scenario, file, asks);
  }, [scenario, asks, doing]);
  const isHere = useIsHere();
  const sentenceOf = useSentenceOf();
  // The table of what is asked and its changes begin with who is there: once that is known.
  const before = useRef<Known>(NOBODY);
  useEffect(() => {
    const former = before.current;
    before.current = known;
    if (looked.data !== undefined || asks === "worth") setScenario((now) => askingAnew(now, asks, former, known));
  }, [asks, looked.data]);
  const turn = (next: Question): void => {
    setError(null);
    setAsks(next);
  };

  const keep = async (run: boolean): Promise<void> => {
    setDoing(run ? "run" : "keep");
    setError(null);
    try {
      const { body } = await change<Kept>("POST", "/api/v1/scenarios", { document: sent(scenario, asks), asks });
      forgetDraft();
      tell(words.say("form.kept", { title: body.title }));
      // It is kept whether it can be run or not: keeping it once more would make another one.
      if (run) await change("POST", `/api/v1/scenarios/${body.id}/run`).catch((refused: unknown) => tell(sentenceOf(refused), { tone: "bad" }));
      await client.invalidateQueries({ queryKey: SCENARIOS });
      // Who has gone on to something else meanwhile stays there.
      if (isHere()) go(`/scenarios/${body.id}`);
    } catch (refused) {
      if (!isHere()) tell(sentenceOf(refused), { tone: "bad" });
      setError(refused);
      setDoing(null);
    }
  };
  useCommand({ id: "scenarios.run", title: PAGE_TEXTS["scenarios.command.run"], key: "ctrl+enter", when: () => isTaken && doing === null, run: () => void keep(true) });

  return (
    <form
      className="scenarios-form"
      onSubmit={(event) => {
        event.preventDefault();
        void keep(true);
      }}
    >
      <h1>{copied === undefined ? words.say("form.title") : words.say("form.copy", { title: copied.title })}</h1>
      {file !== null && <p className="scenarios-note">{words.say("form.uploaded", { name: file })}</p>}
      <Field label={words.say("form.name")} value={scenario.title} onChange={(title) => put({ title })} maxLength={120} isRequired autoFocus error={within(wrong, "title").map(sentence).join(" ")} />
      <Field label={words.say("form.question")} hint={words.say("form.question.hint")} value={scenario.question} onChange={(question) => put({ question })} maxLength={500} rows={2} />
      <AsksPart value={asks} onChange={turn} />
      <SituationPart value={scenario.situation} onChange={(situation) => put({ situation })} looked={looked.data} looking={looked.isLoading} today={today} wrong={wrong} />
      {asks === "sweep" && scenario.sweep !== undefined && <SweepPart value={scenario.sweep} onChange={(sweep) => put({ sweep })} kpis={kpis} people={known.people.length} wrong={wrong} />}
      {asks === "staffing" && scenario.staffing !== undefined && <StaffingPart value={scenario.staffing} onChange={(staffing) => put({ staffing })} known={known} kpis={kpis} wrong={wrong} />}
      {asks === "worth" && scenario.worth !== undefined && <WorthPart value={scenario.worth} onChange={(worth) => put({ worth })} wrong={wrong} />}
      <Part title={words.say("form.changes")} {...(asks === "effect" ? {} : { hint: words.say("form.changes.besides") })} wrong={wrong.filter((one) => one.place === "changes")} places={["changes"]}>
        {scenario.changes.length === 0 && asks === "effect" && <p className="scenarios-muted">{words.say("form.changes.none")}</p>}
        <ul className="scenarios-changes">
          {scenario.changes.map((one, at) => (
            <ChangeCard
              key={at}
              change={one}
              known={known}
              looked={looked.data}
              form={form}
              wrong={within(wrong, `changes[${at}]`)}
              onChange={(next) => put({ changes: scenario.changes.map((each, index) => (index === at ? next : each)) })}
              onRemove={() => put({ changes: scenario.changes.filter((_, index) => index !== at) })}
            />
          ))}
        </ul>
        <Menu
          label={words.say("form.change.add")}
          trigger={<Button icon="plus">{words.say("form.change.add")}</Button>}
          entries={KINDS.map((kind) => ({ id: kind, title: words.say(`form.kind.${kind}`), run: () => put({ changes: [...scenario.changes, begun(kind, known, scenario.dispatch)] }) }))}
        />
      </Part>
      {asks === "effect" && <ConditionsPart value={scenario.accept} onChange={(accept) => put({ accept })} kpis={kpis} wrong={wrong} />}
      <Part title={words.say("form.dispatch")} wrong={wrong} places={["dispatch"]}>
        <DispatchFields value={scenario.dispatch} onChange={(dispatch) => put({ dispatch })} form={form} />
      </Part>
      <DaysPart scenario={scenario} put={put} wrong={wrong} />
      <HowOftenPart scenario={scenario} put={put} wrong={wrong} form={form} />
      {(asks === "effect" || asks === "sweep") && (
        <Part title={words.say("form.kpis")} wrong={wrong} places={["kpis"]}>
          <div className="scenarios-kpis">
            {kpis.map(({ name, label }) => (
              <Check key={name} isSelected={scenario.kpis.includes(name)} onChange={(yes) => put({ kpis: kpis.map((one) => one.name).filter((each) => (each === name ? yes : scenario.kpis.includes(each))) })}>
                {label}
              </Check>
            ))}
          </div>
        </Part>
      )}
      <footer className="scenarios-form-foot">
        {!isTaken ? (
          <p className="scenarios-muted">{words.say("form.take.first-of-all")}</p>
        ) : wrong.length > 0 ? (
          <p className="scenarios-verdict" data-tone="worse" role="alert">
            {words.say("form.wrong", { count: wrong.length })}
          </p>
        ) : (
          <Problem error={error ?? looked.error} />
        )}
        <Button waiting={doing === "keep"} isDisabled={doing !== null || !isTaken} onPress={() => void keep(false)}>
          {words.say("form.save")}
        </Button>
        <Button type="submit" kind="main" icon="play" keys="ctrl+enter" waiting={doing === "run"} isDisabled={doing !== null || !isTaken}>
          {words.say("form.run")}
        </Button>
      </footer>
    </form>
  );
}

interface PartProps {
  readonly scenario: Scenario;
  readonly put: (part: Partial<Scenario>) => void;
  readonly wrong: readonly Wrong[];
}

function DaysPart({ scenario: { horizon }, put, wrong }: PartProps): ReactElement {
  const words = useWords(TEXTS);
  return (
    <Part title={words.say("form.days")} hint={words.say("form.warm-up.hint")} wrong={wrong} places={["horizon"]}>
      <div className="scenarios-row">
        <div className="piece-field">
          <span className="piece-label" id="scenarios-first">
            {words.say("form.first")}
          </span>
          <DayField labelledBy="scenarios-first" value={horizon.first} onChange={(first) => put({ horizon: { ...horizon, first } })} />
        </div>
        <NumberField label={words.say("form.count")} value={horizon.days} minValue={1} maxValue={400} onChange={(days) => put({ horizon: { ...horizon, days } })} />
        <NumberField label={words.say("form.warm-up")} value={horizon.warm_up} minValue={0} maxValue={399} onChange={(warm_up) => put({ horizon: { ...horizon, warm_up } })} />
      </div>
    </Part>
  );
}

const NONE = "-";

function HowOftenPart({ scenario: { replications, kpis }, put, wrong, form }: PartProps & { readonly form: Form | undefined }): ReactElement {
  const words = useWords(TEXTS);
  const [[name, half] = [NONE, 0]] = Object.entries(replications.until ?? {});
  const known = form?.kpis.filter((one) => kpis.includes(one.name)) ?? [];
  const kpi = form?.kpis.find((one) => one.name === name);
  const times = kpi?.share === true ? 100 : 1;
  const until = (id: string, within: number): void =>
    put({ replications: without<Scenario["replications"]>(replications, { until: id === NONE ? undefined : { [id]: within } }) });
  return (
    <Part title={words.say("form.how-often")} wrong={wrong} places={["replications"]}>
      <div className="scenarios-row">
        <NumberField label={words.say("form.least")} value={replications.least} minValue={1} maxValue={10_000} onChange={(least) => put({ replications: { ...replications, least, most: Math.max(least, replications.most) } })} />
        <NumberField label={words.say("form.most")} value={replications.most} minValue={1} maxValue={10_000} onChange={(most) => put({ replications: { ...replications, most, least: Math.min(most, replications.least) } })} />
        <Select
          label={words.say("form.until")}
          options={[{ id: NONE, label: words.say("form.until.none") }, ...known.map((one) => ({ id: one.name, label: one.label }))]}
          value={name}
          onChange={(id) => until(id, form?.kpis.find((one) => one.name === id)?.share === true ? 0.01 : 1)}
        />
        {name !== NONE && (
          <NumberField
            label={words.say("form.half")}
            value={Math.round(half * times * 1e6) / 1e6}
            minValue={0.01}
            step={0.1}
            {...(kpi === undefined || kpi.unit === "" ? {} : { unit: kpi.unit })}
            onChange={(value) => until(name, value / times)}
          />
        )}
        <NumberField label={words.say("form.seed")} value={replications.seed} minValue={0} onChange={(seed) => put({ replications: { ...replications, seed } })} />
      </div>
    </Part>
  );
}
