/** What the changes must not make worse: conditions, each with its figure, its rule and its limit. */

import type { ReactElement } from "react";
import { Button, Check, IconButton, NumberField, Select } from "../../pieces";
import { useWords } from "../../words";
import { type Condition, type Rule, RULES, ruled, ruleOf } from "../document";
import type { Kpi } from "../reading";
import { Part, WrongHere } from "./part";
import { type Wrong, within } from "./places";
import { TEXTS } from "./texts";

interface Props {
  readonly value: readonly Condition[];
  readonly onChange: (value: readonly Condition[]) => void;
  readonly kpis: readonly Kpi[];
  readonly wrong: readonly Wrong[];
}

export function ConditionsPart(props: Props): ReactElement {
  const words = useWords(TEXTS);
  return (
    <Part title={words.say("form.accept")} hint={words.say("form.accept.hint")}>
      <Conditions {...props} rules={RULES} place="accept" add={words.say("form.accept.add")} begin={{ kpi: "sla", may_fall_by: 0.01 }} />
    </Part>
  );
}

/** Conditions by some rules; what is wrong with them stands at `place`. */
export function Conditions({ value, onChange, kpis, wrong, rules, place, add, begin }: Props & {
  readonly rules: readonly Rule[];
  readonly place: string;
  readonly add: string;
  readonly begin: Condition;
}): ReactElement {
  const words = useWords(TEXTS);
  const put = (at: number, next: Condition): void => onChange(value.map((one, index) => (index === at ? next : one)));
  return (
    <>
      <ul className="scenarios-conditions">
        {value.map((one, at) => {
          const kpi = kpis.find(({ name }) => name === one.kpi);
          const rule = ruleOf(one);
          const times = kpi?.share === true ? 100 : 1;
          return (
            <li key={at}>
              <div className="scenarios-row">
                <Select label={words.say("form.kpi")} options={kpis.map(({ name, label }) => ({ id: name, label }))} value={one.kpi} onChange={(name) => put(at, { ...one, kpi: name })} />
                <Select label={words.say("form.rule")} options={rules.map((id) => ({ id, label: words.say(`form.rule.${id}`) }))} value={rule} onChange={(next) => put(at, ruled(one, next, one[rule] ?? 0))} />
                <NumberField
                  label={words.say("form.limit")}
                  value={Math.round((one[rule] ?? 0) * times * 1e6) / 1e6}
                  step={0.1}
                  {...(rule.startsWith("may") ? { minValue: 0 } : {})}
                  {...(kpi === undefined || kpi.unit === "" ? {} : { unit: kpi.unit })}
                  onChange={(limit) => put(at, ruled(one, rule, limit / times))}
                />
                <IconButton icon="close" size="small" label={words.say("form.accept.remove", { n: at + 1 })} onPress={() => onChange(value.filter((_, index) => index !== at))} />
              </div>
              <Check isSelected={one.sure !== false} onChange={(sure) => put(at, sure ? ruled({ kpi: one.kpi }, rule, one[rule] ?? 0) : { ...one, sure: false })}>
                {words.say("form.sure")}
              </Check>
              <WrongHere wrong={within(wrong, `${place}[${at}]`)} />
            </li>
          );
        })}
      </ul>
      <Button icon="plus" onPress={() => onChange([...value, begin])}>
        {add}
      </Button>
    </>
  );
}
