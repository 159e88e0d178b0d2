/** Starting a planning run, with what is different from the policy this once. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { tell } from "../notices";
import { Button, Dialog, Field, NumberField, Problem, Select, Switch } from "../pieces";
import { ask, change, type Shape } from "../request";
import { useSpeaker } from "./use-speaker";

interface Policies {
  readonly items: readonly Shape<"dispatch__console__shapes__plans__PolicyShape">[];
}

export function NewRun({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { words } = useSpeaker();
  const client = useQueryClient();
  const policies = useQuery({ queryKey: ["policies"], queryFn: ({ signal }) => ask<Policies>("/api/v1/policies", { limit: 100 }, signal) }).data?.items ?? [];
  const standard = policies.find((one) => one.standard);
  const [because, setBecause] = useState("");
  const [policy, setPolicy] = useState<string | null>(null);
  const [own, setOwn] = useState(false);
  const [seconds, setSeconds] = useState<number | null>(null);
  const [budget, setBudget] = useState<number | null>(null);
  const [seed, setSeed] = useState(1);
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const meant = policies.find((one) => one.id === policy) ?? standard;

  const start = async (): Promise<void> => {
    setDoing(true);
    try {
      const overrides = own ? { ...(seconds === null ? {} : { seconds }), ...(budget === null ? {} : { change_budget: budget }) } : {};
      await change("POST", "/api/v1/runs", { because, policy_id: policy ?? standard?.id ?? null, overrides, seed: own ? seed : 1 });
      tell(words.say("proposals.run.started"));
      await client.invalidateQueries({ queryKey: ["runs"] });
      onClose();
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
    }
  };

  return (
    <Dialog
      title={words.say("proposals.run.new")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{words.say("proposals.edit.cancel")}</Button>
          <Button kind="main" waiting={doing} onPress={() => void start()}>
            {words.say(doing ? "proposals.run.starting" : "proposals.run.go")}
          </Button>
        </>
      }
    >
      <form
        className="proposals-form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <Field label={words.say("proposals.run.because")} value={because} onChange={setBecause} maxLength={500} autoFocus />
        {policies.length > 1 && (
          <Select
            label={words.say("proposals.run.policy")}
            options={policies.map((one) => ({ id: one.id, label: one.name, ...(one.standard ? { detail: words.say("proposals.run.policy.standard") } : {}) }))}
            value={policy ?? standard?.id ?? null}
            onChange={setPolicy}
          />
        )}
        <Switch isSelected={own} onChange={setOwn}>
          {words.say("proposals.run.more")}
        </Switch>
        {own && (
          <div className="proposals-row">
            <NumberField label={words.say("proposals.run.seconds")} value={seconds ?? meant?.seconds ?? 10} minValue={1} maxValue={3600} onChange={setSeconds} />
            <NumberField label={words.say("proposals.run.budget")} value={budget ?? meant?.change_budget ?? NaN} minValue={0} onChange={(value) => setBudget(Number.isNaN(value) ? null : value)} hint={words.say("proposals.run.budget.any")} />
            <NumberField label={words.say("proposals.run.seed")} value={seed} minValue={0} onChange={setSeed} />
          </div>
        )}
        <Problem error={error} />
      </form>
    </Dialog>
  );
}
