/** One change of a scenario, as a card with the fields of its kind. */

import type { ReactElement } from "react";
import { IconButton, NumberField, Select } from "../../pieces";
import { useWords } from "../../words";
import { type Change, type Known, PRIORITIES, type Priority, without } from "../document";
import type { Form, Looked } from "../reading";
import { BaseFields, StockFields } from "./base-fields";
import { DispatchFields } from "./dispatch-fields";
import { WrongHere } from "./part";
import { PeopleChoice, PeopleOrAll } from "./people-choice";
import type { Wrong } from "./places";
import { TEXTS } from "./texts";

export interface CardProps<One extends Change = Change> {
  readonly change: One;
  readonly onChange: (change: Change) => void;
  readonly known: Known;
  readonly looked: Looked | undefined;
  readonly form: Form | undefined;
}

export function ChangeCard({ onRemove, wrong, ...props }: CardProps & { readonly onRemove: () => void; readonly wrong: readonly Wrong[] }): ReactElement {
  const words = useWords(TEXTS);
  const title = words.say(`form.kind.${props.change.kind}`);
  return (
    <li className="scenarios-change-card" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <IconButton icon="close" size="small" label={words.say("form.change.remove", { what: title })} onPress={onRemove} />
      </header>
      <Fields {...props} />
      <WrongHere wrong={wrong} />
    </li>
  );
}

const ALL = "*";

function Fields({ change, onChange, known, looked, form }: CardProps): ReactElement {
  const words = useWords(TEXTS);
  const min = words.say("form.unit.min");
  switch (change.kind) {
    case "demand":
      return (
        <div className="scenarios-row">
          <NumberField label={words.say("form.factor")} value={change.factor} minValue={0} maxValue={4} step={0.05} onChange={(factor) => onChange({ ...change, factor })} />
          <SomeOrAll label={words.say("form.territory")} options={known.territories} value={change.territory} onChange={(territory) => onChange(without<typeof change>(change, { territory }))} />
          <SomeOrAll label={words.say("form.skill")} options={known.skills} value={change.skill} onChange={(skill) => onChange(without<typeof change>(change, { skill }))} />
          <Select
            label={words.say("form.priority")}
            options={[{ id: ALL, label: words.say("form.all") }, ...PRIORITIES.map((id) => ({ id, label: words.say(`form.${id}`) }))]}
            value={change.priority ?? ALL}
            onChange={(id) => onChange(without<typeof change>(change, { priority: id === ALL ? undefined : (id as Priority) }))}
          />
        </div>
      );
    case "leave":
      return <PeopleChoice known={known} chosen={change.technicians} onChange={(technicians) => onChange({ ...change, technicians })} />;
    case "hire":
      return (
        <div className="scenarios-row">
          <Select
            label={words.say("form.like")}
            options={known.people.map(({ id, name, skills }) => ({ id, label: name, detail: Object.keys(skills).join(", ") }))}
            value={change.like}
            onChange={(like) => onChange({ ...change, like })}
          />
          <NumberField label={words.say("form.how-many")} value={change.count} minValue={1} maxValue={200} onChange={(count) => onChange({ ...change, count })} />
        </div>
      );
    case "train":
      return (
        <>
          <div className="scenarios-row">
            <Select label={words.say("form.skill")} options={known.skills.map((id) => ({ id, label: id }))} value={change.skill} onChange={(skill) => onChange({ ...change, skill })} />
            <NumberField label={words.say("form.level")} value={change.level} minValue={1} maxValue={9} onChange={(level) => onChange({ ...change, level })} />
          </div>
          <PeopleChoice known={known} chosen={change.technicians} onChange={(technicians) => onChange({ ...change, technicians })} />
        </>
      );
    case "move-shifts":
    case "overtime":
      return (
        <>
          <div className="scenarios-row">
            <NumberField
              label={words.say(change.kind === "overtime" ? "form.minutes.overtime" : "form.minutes.later")}
              unit={min}
              value={change.minutes}
              minValue={change.kind === "overtime" ? 0 : -720}
              maxValue={720}
              step={5}
              onChange={(minutes) => onChange({ ...change, minutes })}
            />
          </div>
          <PeopleOrAll known={known} chosen={change.technicians} onChange={(technicians) => onChange(without<typeof change>(change, { technicians }))} />
        </>
      );
    case "base":
      return <BaseFields change={change} onChange={onChange} known={known} looked={looked} />;
    case "van-stock":
      return <StockFields change={change} onChange={onChange} looked={looked} />;
    case "promise":
      return <PromiseFields change={change} onChange={onChange} looked={looked} />;
    case "travel":
      return (
        <div className="scenarios-row">
          <NumberField label={words.say("form.factor.travel")} value={change.factor} minValue={0.1} maxValue={10} step={0.05} onChange={(factor) => onChange({ ...change, factor })} />
        </div>
      );
    case "dispatch":
      return <DispatchFields value={change.dispatch} onChange={(dispatch) => onChange({ ...change, dispatch })} form={form} />;
  }
}

function SomeOrAll({ label, options, value, onChange }: {
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}): ReactElement {
  const words = useWords(TEXTS);
  return (
    <Select
      label={label}
      options={[{ id: ALL, label: words.say("form.all") }, ...options.map((id) => ({ id, label: id }))]}
      value={value ?? ALL}
      onChange={(id) => onChange(id === ALL ? undefined : id)}
    />
  );
}

type Promised = Extract<Change, { readonly kind: "promise" }>;

function PromiseFields({ change, onChange, looked }: {
  readonly change: Promised;
  readonly onChange: (change: Change) => void;
  readonly looked: Looked | undefined;
}): ReactElement {
  const words = useWords(TEXTS);
  const now = looked?.promises.find((one) => one.priority === change.priority);
  const told = (hours: number | null | undefined): string =>
    [words.say("form.zero"), hours == null ? "" : words.say("form.promised", { hours })].filter(Boolean).join(", ");
  const hours = (value: number): number | undefined => (value > 0 ? value : undefined);
  return (
    <div className="scenarios-row">
      <Select
        label={words.say("form.priority")}
        options={PRIORITIES.map((id) => ({ id, label: words.say(`form.${id}`) }))}
        value={change.priority}
        onChange={(priority) => onChange({ ...change, priority })}
      />
      <NumberField
        label={words.say("form.on-site")}
        unit={words.say("form.unit.h")}
        hint={told(now?.on_site_hours)}
        value={change.on_site_hours ?? 0}
        minValue={0}
        maxValue={1000}
        step={0.25}
        onChange={(value) => onChange(without<Promised>(change, { on_site_hours: hours(value) }))}
      />
      <NumberField
        label={words.say("form.resolve")}
        unit={words.say("form.unit.h")}
        hint={told(now?.resolve_hours)}
        value={change.resolve_hours ?? 0}
        minValue={0}
        maxValue={1000}
        step={0.25}
        onChange={(value) => onChange(without<Promised>(change, { resolve_hours: hours(value) }))}
      />
    </div>
  );
}
