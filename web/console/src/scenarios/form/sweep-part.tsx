/** What a sweep varies: from where, to where, by which steps, and which figure is looked at. */

import type { ReactElement } from "react";
import { NumberField, Segments, Select } from "../../pieces";
import { useWords } from "../../words";
import { evenly, type Sweep, swept } from "../document";
import type { Kpi } from "../reading";
import { Part } from "./part";
import type { Wrong } from "./places";
import { TEXTS } from "./texts";

const KINDS = ["technicians", "demand"] as const;

export function SweepPart({ value, onChange, kpis, people, wrong }: {
  readonly value: Sweep;
  readonly onChange: (value: Sweep) => void;
  readonly kpis: readonly Kpi[];
  /** So many technicians there are today. */
  readonly people: number;
  readonly wrong: readonly Wrong[];
}): ReactElement {
  const words = useWords(TEXTS);
  const isDemand = value.kind === "demand";
  const shown = value.values.map((one) => (isDemand ? Math.round((one - 1) * 1000) / 10 : one));
  const [first = 0, second = first + 1] = shown;
  const last = shown.at(-1) ?? first;
  const step = Math.round((second - first) * 1e6) / 1e6 || 1;
  const put = (from: number, to: number, by: number): void => {
    const values = evenly(from, Math.max(from, to), by);
    onChange({ ...value, values: isDemand ? values.map((one) => Math.round(100 + one) / 100) : values });
  };
  const turn = (kind: Sweep["kind"]): void => onChange({ ...value, kind, values: swept(kind, people) });
  const limits = isDemand ? { minValue: -90, maxValue: 300, unit: "%" } : { minValue: 1, maxValue: 200 };
  const told = shown.map((one) => (isDemand ? `${one > 0 ? "+" : one < 0 ? "−" : ""}${Math.abs(one)} %` : String(one)));
  return (
    <Part title={words.say("form.sweep")} wrong={wrong} places={["sweep"]}>
      <Segments label={words.say("form.sweep")} options={KINDS.map((id) => ({ id, label: words.say(`form.sweep.${id}`) }))} value={value.kind} onChange={turn} />
      <div className="scenarios-row">
        <NumberField
          label={words.say("form.sweep.from")}
          {...limits}
          {...(isDemand || people === 0 ? {} : { hint: words.say("form.sweep.today", { count: people }) })}
          value={first}
          onChange={(from) => put(from, last, step)}
        />
        <NumberField label={words.say("form.sweep.to")} {...limits} value={last} onChange={(to) => put(first, to, step)} />
        <NumberField label={words.say("form.sweep.step")} minValue={1} maxValue={100} {...(isDemand ? { unit: "%" } : {})} value={step} onChange={(by) => put(first, last, by)} />
        <Select label={words.say("form.sweep.kpi")} options={kpis.map(({ name, label }) => ({ id: name, label }))} value={value.kpi} onChange={(kpi) => onChange({ ...value, kpi })} />
      </div>
      <p className="scenarios-muted" role="status">
        {words.say("form.sweep.told", { count: shown.length, values: told.join(words.language === "zh" ? "、" : ", ") })}
      </p>
    </Part>
  );
}
