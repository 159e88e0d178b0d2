/** Planning policies: how an operation wants to be planned, and what goes out without anybody being asked. */

import type { ReactElement } from "react";
import type { Shape } from "../../request";
import { writtenDuration } from "../kit/duration";
import { NumberInput, sentence, Wrong } from "../kit/fields";
import { useOne } from "../kit/pages";
import type { OwnField, Resource } from "../kit/resource";
import type { OfficeKey } from "../texts";
import { PRIORITIES } from "./job-types";

type Policy = Shape<"dispatch__console__shapes__plans__PolicyShape">;
type Allowance = { readonly reason: string; readonly touches_at_most: number; readonly priority: string | null };

export function useChoices(): Shape<"ChoicesShape"> {
  return useOne<Shape<"ChoicesShape">>("/api/v1/choices").data ?? { rules: [], events: [] };
}

/** 1 is the usual weight; 0 does not count; what is left empty is 1. */
function Weights({ values, change, complaints, readOnly, words, id }: OwnField): ReactElement {
  const weights = (values.weights as Record<string, number> | null) ?? {};
  const { rules } = useChoices();
  return (
    <div className="office-grid">
      {rules.map((rule) => (
        <div key={rule}>
          <label className="office-sub" htmlFor={`${id}-${rule}`}>{words.say(`rule.${rule}` as OfficeKey)}</label>
          <NumberInput id={`${id}-${rule}`} readOnly={readOnly} orNone placeholder="1" value={weights[rule] ?? null} onChange={(next) => {
            const { [rule]: _, ...rest } = weights;
            change({ weights: next === null ? rest : { ...rest, [rule]: next } });
          }} />
          <Wrong complaints={complaints.filter(({ within }) => within[0] === rule)} />
        </div>
      ))}
    </div>
  );
}

function Allowances({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const all = (values.publish_without_asking as readonly Allowance[] | null) ?? [];
  const { events } = useChoices();
  const put = (at: number, part: Partial<Allowance>): void => change({ publish_without_asking: all.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <div className="office-rows">
      {all.length === 0 && <p className="office-quiet">{words.say("policies.asks-always")}</p>}
      {all.map((one, at) => (
        <div key={at}>
          <div className="office-row wrap">
            <select className="office-input" aria-label={words.say("policies.reason", { n: at + 1 })} disabled={readOnly} value={one.reason} onChange={(event) => put(at, { reason: event.target.value })}>
              <option value="*">{words.say("policies.any-reason")}</option>
              {events.map((event) => <option key={event} value={event}>{event}</option>)}
            </select>
            <span className="office-quiet">{words.say("policies.moves-at-most")}</span>
            <NumberInput className="office-input office-clock" aria-label={words.say("policies.touches", { n: at + 1 })} readOnly={readOnly} whole value={one.touches_at_most} onChange={(next) => put(at, { touches_at_most: next ?? 0 })} />
            <select className="office-input" aria-label={words.say("policies.of-priority", { n: at + 1 })} disabled={readOnly} value={one.priority ?? ""} onChange={(event) => put(at, { priority: event.target.value || null })}>
              <option value="">{words.say("sla.every-priority")}</option>
              {PRIORITIES.map(({ value, label }) => <option key={value} value={value}>{words.say(label)}</option>)}
            </select>
            {!readOnly && <button type="button" className="office-icon" aria-label={words.say("policies.allowance-remove", { n: at + 1 })} onClick={() => change({ publish_without_asking: all.filter((_, index) => index !== at) })}>×</button>}
          </div>
          {complaints.filter(({ within }) => within[0] === String(at)).map((wrong) => <p key={wrong.place} className="office-wrong" role="alert">{sentence(wrong)}</p>)}
        </div>
      ))}
      {!readOnly && <button type="button" className="office-button" onClick={() => change({ publish_without_asking: [...all, { reason: "*", touches_at_most: 0, priority: null }] })}>+ {words.say("policies.allowance-add")}</button>}
    </div>
  );
}

export const PLANNING_POLICIES: Resource<Policy> = {
  name: "policies",
  path: "/api/v1/policies",
  title: "policies.title",
  about: "policies.about",
  add: "policies.add",
  empty: "policies.empty",
  columns: [
    { label: "name", rank: 1, show: (row, words) => <>{row.name}{row.standard && <span className="office-mark good">{words.say("policies.standard-mark")}</span>}</> },
    { label: "policies.budget", rank: 2, numeric: true, show: (row, words) => row.change_budget ?? words.say("policies.no-budget") },
    { label: "policies.seconds", rank: 3, numeric: true, show: (row, words) => writtenDuration(row.seconds, words.language) },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 120, required: true },
    { name: "standard", kind: "yes-no", label: "policies.standard", hint: "policies.standard-hint" },
    { name: "change_budget", kind: "number", label: "policies.budget", hint: "policies.budget-hint", whole: true, orNone: true, part: "policies.part-calm" },
    { name: "freeze", kind: "duration", label: "policies.freeze", hint: "policies.freeze-hint" },
    { name: "tolerance", kind: "duration", label: "policies.tolerance", hint: "policies.tolerance-hint" },
    { name: "reassign_cost", kind: "number", label: "policies.reassign" },
    { name: "cost_per_hour_later", kind: "number", label: "policies.later" },
    { name: "cost_per_hour_waiting", kind: "number", label: "policies.waiting", hint: "policies.waiting-hint" },
    { name: "least_gain", kind: "number", label: "policies.least-gain", hint: "policies.least-gain-hint" },
    { name: "publish_without_asking", kind: "own", names: ["publish_without_asking"], label: "policies.without-asking", part: "policies.part-asking", render: (own) => <Allowances {...own} /> },
    { name: "dispatch_ahead", kind: "duration", label: "policies.ahead", hint: "policies.ahead-hint" },
    { name: "accept_ahead", kind: "duration", label: "policies.accept-ahead", hint: "policies.accept-ahead-hint" },
    { name: "weights", kind: "own", names: ["weights"], label: "policies.weights", hint: "policies.weights-hint", part: "policies.part-weights", render: (own) => <Weights {...own} /> },
    { name: "horizon_days", kind: "number", label: "policies.horizon", whole: true, part: "policies.part-search" },
    { name: "seconds", kind: "number", label: "policies.seconds-each", unit: "unit.seconds" },
  ],
  fresh: () => ({ name: "", standard: false, change_budget: null, freeze: 900, tolerance: 900, reassign_cost: 8, cost_per_hour_later: 5, cost_per_hour_waiting: 30, least_gain: 5, publish_without_asking: [], dispatch_ahead: 43_200, accept_ahead: 3600, weights: {}, horizon_days: 2, seconds: 10 }),
  named: (row) => row.name,
  write: "write setup",
  removable: true,
};
