/** SLA policies: what is promised to whom, by which calendar, and what happens when it is missed. */

import { type ReactElement, useState } from "react";
import { change as send, type Shape } from "../../request";
import { useReading } from "../../words";
import { CUSTOMER } from "../customers/customers";
import { Checks } from "../kit/checks";
import { writtenDuration } from "../kit/duration";
import { DurationInput, NumberInput, sentence } from "../kit/fields";
import type { OfficeWords, OwnField, Reference, Resource } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { CALENDAR, TryAt } from "./calendars";
import { PRIORITIES } from "./job-types";

type Policy = Shape<"dispatch__console__shapes__promises__PolicyShape">;

export const JOB_TYPE: Reference = { path: "/api/v1/job-types", named: (row) => String(row.name) };
export const TARGETS = ["respond", "dispatch", "on_site", "resolve"] as const;
const PAUSING = ["waiting_for_customer", "waiting_for_parts", "needs_visit", "no_show", "paused"] as const;
const LADDER = ["raise_priority", "tell_supervisor", "replan"] as const;
const INTAKE = ["tell_supervisor", "replan", "require_senior", "prefer_senior"] as const;

function Warnings({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const shares = (values.warn_at as readonly number[] | null) ?? [];
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <>
      <span className="office-with-unit">
        <input
          className="office-input"
          aria-label={words.say("sla.warn-at")}
          readOnly={readOnly}
          value={typed ?? shares.map((one) => Math.round(one * 100)).join(", ")}
          onChange={(event) => {
            setTyped(event.target.value);
            const read = event.target.value.split(/[,;，\s]+/).filter(Boolean).map((one) => Number(one.replace("%", "")) / 100);
            if (read.every((one) => !Number.isNaN(one))) change({ warn_at: read });
          }}
          onBlur={() => setTyped(null)}
        />
        %
      </span>
      {complaints.filter(({ within }) => within.length > 0).map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>)}
    </>
  );
}

function Ladder({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const steps = (values.ladder as readonly { after: number; action: string }[] | null) ?? [];
  const put = (at: number, part: object): void => change({ ladder: steps.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <div className="office-rows">
      {steps.length === 0 && <p className="office-quiet">{words.say("sla.silent")}</p>}
      {steps.map((step, at) => (
        <div key={at} className="office-row">
          <DurationInput aria-label={words.say("sla.after", { n: at + 1 })} words={words} readOnly={readOnly} value={step.after} onChange={(after) => put(at, { after })} />
          <span className="office-quiet">{words.say("sla.after-breach")}</span>
          <select className="office-input" aria-label={words.say("sla.step", { n: at + 1 })} disabled={readOnly} value={step.action} onChange={(event) => put(at, { action: event.target.value })}>
            {LADDER.map((one) => <option key={one} value={one}>{words.say(`sla.do.${one}`)}</option>)}
          </select>
          {!readOnly && <button type="button" className="office-icon" aria-label={words.say("sla.step-remove", { n: at + 1 })} onClick={() => change({ ladder: steps.filter((_, index) => index !== at) })}>×</button>}
          {complaints.filter(({ within }) => within[0] === String(at)).map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>)}
        </div>
      ))}
      {!readOnly && <button type="button" className="office-button" onClick={() => change({ ladder: [...steps, { after: steps.at(-1)?.after ?? 0, action: "tell_supervisor" }] })}>+ {words.say("sla.step-add")}</button>}
    </div>
  );
}

function Costs({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const costs = (values.costs as Record<string, Record<string, number>> | null) ?? {};
  return (
    <table className="office-edit-table">
      <thead><tr><th scope="col">{words.say("sla.target")}</th><th scope="col">{words.say("sla.once")}</th><th scope="col">{words.say("sla.each-hour")}</th></tr></thead>
      <tbody>
        {TARGETS.map((target) => (
          <tr key={target}>
            <th scope="row">{words.say(`target.${target}`)}{complaints.filter(({ within }) => within[0] === target).map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>)}</th>
            {(["breach_cost", "cost_per_hour_late"] as const).map((part) => (
              <td key={part}><NumberInput aria-label={`${words.say(`target.${target}`)}: ${words.say(part === "breach_cost" ? "sla.once" : "sla.each-hour")}`} readOnly={readOnly} orNone value={costs[target]?.[part] ?? null} onChange={(next) => {
                const { [part]: _, ...others } = costs[target] ?? {};
                const mine = next === null ? others : { ...others, [part]: next };
                const { [target]: __, ...rest } = costs;
                change({ costs: Object.keys(mine).length === 0 ? rest : { ...rest, [target]: mine } });
              }} /></td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TryPolicy({ policy, words }: { readonly policy: Policy; readonly words: OfficeWords }): ReactElement {
  const zone = useReading().timeZone ?? "UTC";
  const [due, setDue] = useState<Readonly<Record<string, string>> | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function ask(at: string): Promise<void> {
    setError(null);
    try {
      setDue((await send<Shape<"PolicyAnswer">>("POST", `/api/v1/sla-policies/${policy.id}/preview`, { at, time_zone: zone })).body.due);
    } catch (refusal) {
      setError(refusal);
    }
  }
  return (
    <section className="office-more-part">
      <h3>{words.say("sla.try")}</h3>
      <p className="office-quiet">{words.say("sla.try-about", { zone })}</p>
      <TryAt words={words} zone={zone} onTry={(at) => void ask(at)} />
      <Trouble error={error} words={words} />
      {due !== null && (
        <dl className="office-answer" role="status">
          {TARGETS.filter((target) => target in due).map((target) => (
            <div key={target}><dt>{words.say(`target.${target}`)}</dt><dd>{words.date(due[target] ?? "")} {words.time(due[target] ?? "")}</dd></div>
          ))}
        </dl>
      )}
    </section>
  );
}

export const SLA_POLICIES: Resource<Policy> = {
  name: "sla-policies",
  path: "/api/v1/sla-policies",
  title: "sla.title",
  about: "sla.about",
  add: "sla.add",
  empty: "sla.empty",
  filters: [{ name: "active", label: "active", options: [{ value: "true", label: "active.yes" }, { value: "false", label: "active.no" }] }],
  columns: [
    { label: "name", rank: 1, show: (row) => <>{row.name}{!row.active && <span className="office-mark off">–</span>}</> },
    { label: "target.respond", rank: 2, numeric: true, show: (row, words) => (row.respond_within === null ? "" : writtenDuration(row.respond_within, words.language)) },
    { label: "target.on_site", rank: 1, numeric: true, show: (row, words) => (row.on_site_within === null ? "" : writtenDuration(row.on_site_within, words.language)) },
    { label: "target.resolve", rank: 2, numeric: true, show: (row, words) => (row.resolve_within === null ? "" : writtenDuration(row.resolve_within, words.language)) },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 120, required: true },
    { name: "active", kind: "yes-no", label: "active" },
    { name: "customer_id", kind: "reference", label: "customer", to: CUSTOMER, none: "sla.every-customer", part: "sla.part-for" },
    { name: "contract", kind: "text", label: "customers.contract", longest: 80, orNone: true },
    { name: "job_type_id", kind: "reference", label: "job-type", to: JOB_TYPE, none: "sla.every-job-type" },
    { name: "priority", kind: "choice", label: "priority", options: PRIORITIES, orNone: true, none: "sla.every-priority" },
    { name: "rank", kind: "number", label: "sla.rank", hint: "sla.rank-hint", whole: true },
    { name: "calendar_id", kind: "reference", label: "calendar", to: CALENDAR, required: true, part: "sla.part-promises" },
    ...TARGETS.map((target) => ({ name: `${target}_within`, kind: "duration" as const, label: `target.${target}` as const, orNone: true, ...(target === "respond" ? { hint: "duration-hint" as const } : {}) })),
    { name: "warn_at", kind: "own", names: ["warn_at"], label: "sla.warn-at", hint: "sla.warn-hint", render: (own) => <Warnings {...own} /> },
    { name: "pauses_on", kind: "own", names: ["pauses_on"], label: "sla.pauses-on", render: ({ values, change, readOnly, words }) => <Checks options={PAUSING.map((value) => ({ value, label: words.say(`status.${value}`) }))} chosen={(values.pauses_on as (typeof PAUSING)[number][] | null) ?? []} onChange={(pauses_on) => change({ pauses_on })} readOnly={readOnly} /> },
    { name: "ladder", kind: "own", names: ["ladder"], label: "sla.ladder", part: "sla.part-missed", render: (own) => <Ladder {...own} /> },
    { name: "on_intake", kind: "own", names: ["on_intake"], label: "sla.on-intake", render: ({ values, change, readOnly, words }) => <Checks options={INTAKE.map((value) => ({ value, label: words.say(`sla.do.${value}`) }))} chosen={(values.on_intake as (typeof INTAKE)[number][] | null) ?? []} onChange={(on_intake) => change({ on_intake })} readOnly={readOnly} /> },
    { name: "costs", kind: "own", names: ["costs"], label: "sla.costs", hint: "sla.costs-hint", render: (own) => <Costs {...own} /> },
  ],
  fresh: () => ({ name: "", active: true, rank: 0, customer_id: null, contract: null, job_type_id: null, priority: null, calendar_id: null, respond_within: null, dispatch_within: null, on_site_within: null, resolve_within: null, warn_at: [0.5, 0.75, 0.9], pauses_on: ["waiting_for_customer", "waiting_for_parts"], ladder: [{ after: 0, action: "tell_supervisor" }], on_intake: [], costs: {} }),
  named: (row) => row.name,
  write: "write setup",
  removable: true,
  warning: (_, words) => words.say("sla.warning"),
  more: (row, words) => <TryPolicy policy={row} words={words} />,
};
