/** Who decides, and how: the way to dispatch, what belongs to it, and fields of a planning policy. */

import type { ReactElement } from "react";
import { IconButton, NumberField, Select } from "../../pieces";
import { useWords } from "../../words";
import { type Agent, type Dispatching, without } from "../document";
import type { Form } from "../reading";
import { type FormKey, TEXTS } from "./texts";

/** Fields that are one number each: what a new one begins with, and by how much its seconds are shown. */
const NUMBERS: Readonly<Record<string, { readonly begins: number; readonly times: number }>> = {
  change_budget: { begins: 6, times: 1 },
  least_gain: { begins: 10, times: 1 },
  freeze: { begins: 900, times: 60 },
  tolerance: { begins: 900, times: 60 },
  reassign_cost: { begins: 8, times: 1 },
  cost_per_hour_later: { begins: 5, times: 1 },
  cost_per_hour_waiting: { begins: 30, times: 1 },
  dispatch_ahead: { begins: 43_200, times: 60 },
  accept_ahead: { begins: 3600, times: 60 },
  horizon_days: { begins: 2, times: 1 },
};

export function DispatchFields({ value, onChange, form }: {
  readonly value: Dispatching;
  readonly onChange: (value: Dispatching) => void;
  readonly form: Form | undefined;
}): ReactElement {
  const words = useWords(TEXTS);
  const searches = value.agent === "morning" || value.agent === "rolling" || value.agent === "live";
  return (
    <>
      <div className="scenarios-row">
        <Select
          label={words.say("form.agent")}
          options={(form?.agents ?? []).map(({ agent, label }) => ({ id: agent as Agent, label }))}
          value={value.agent}
          onChange={(agent) => onChange({ ...value, agent })}
        />
        {searches && (
          <NumberField label={words.say("form.rounds")} value={value.iterations ?? 300} minValue={0} maxValue={1_000_000} onChange={(iterations) => onChange({ ...value, iterations })} />
        )}
        {value.agent === "rolling" && (
          <NumberField label={words.say("form.every")} unit={words.say("form.unit.min")} value={value.every_minutes ?? 60} minValue={1} maxValue={1440} onChange={(every_minutes) => onChange({ ...value, every_minutes })} />
        )}
        {value.agent === "live" && (
          <NumberField label={words.say("form.answers")} unit={words.say("form.unit.s")} value={value.answers_after ?? 180} minValue={0} maxValue={86_400} onChange={(answers_after) => onChange({ ...value, answers_after })} />
        )}
      </div>
      {searches && <PolicyFields policy={value.policy ?? {}} onChange={(policy) => onChange(without(value, { policy: Object.keys(policy).length === 0 ? undefined : policy }))} />}
    </>
  );
}

type Policy = Readonly<Record<string, unknown>>;

function PolicyFields({ policy, onChange }: { readonly policy: Policy; readonly onChange: (policy: Policy) => void }): ReactElement {
  const words = useWords(TEXTS);
  const left = Object.keys(NUMBERS).filter((name) => !(name in policy));
  const label = (name: string): string => (name in NUMBERS ? words.say(`form.policy.${name}` as FormKey) : words.say("form.policy.other", { name }));
  return (
    <div className="scenarios-policy">
      <p className="piece-label">{words.say("form.policy")}</p>
      <p className="scenarios-muted">{words.say("form.policy.hint")}</p>
      <div className="scenarios-row">
        {Object.entries(policy).map(([name, value]) => {
          const { times = 1 } = NUMBERS[name] ?? {};
          return (
            <div key={name} className="scenarios-removable">
              {name in NUMBERS && typeof value === "number" ? (
                <NumberField label={label(name)} value={value / times} minValue={0} onChange={(next) => onChange({ ...policy, [name]: next * times })} />
              ) : (
                <span className="scenarios-kept-field">{label(name)}</span>
              )}
              <IconButton
                icon="close"
                size="small"
                label={words.say("form.change.remove", { what: label(name) })}
                onPress={() => onChange(Object.fromEntries(Object.entries(policy).filter(([each]) => each !== name)))}
              />
            </div>
          );
        })}
        {left.length > 0 && (
          <Select
            label={words.say("form.policy.add")}
            options={left.map((name) => ({ id: name, label: label(name) }))}
            value={null}
            placeholder="+"
            onChange={(name) => onChange({ ...policy, [name]: NUMBERS[name]?.begins ?? 0 })}
          />
        )}
      </div>
    </div>
  );
}
