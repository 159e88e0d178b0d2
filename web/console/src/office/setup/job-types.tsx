/** Job types: how long the work takes, who can do it, and what is asked about it. */

import type { ReactElement } from "react";
import type { Shape } from "../../request";
import { writtenDuration } from "../kit/duration";
import { sentence } from "../kit/fields";
import { Quantities } from "../kit/quantities";
import type { OwnField, Resource } from "../kit/resource";
import { useSkillNames } from "../people/skills-field";
import { ChecklistField } from "./checklist-field";

type JobType = Shape<"JobTypeShape">;
type Role = { readonly skills: Record<string, number> };

export const PRIORITIES = (["critical", "high", "normal", "low"] as const).map((value) => ({ value, label: `priority.${value}` as const }));
const ACTIVE = [{ value: "true", label: "active.yes" }, { value: "false", label: "active.no" }] as const;

/** The crew: one member for each role, with the skills and least levels that each must bring. */
function Roles(own: OwnField): ReactElement {
  const { values, change, complaints, readOnly, words } = own;
  const roles = (values.roles as readonly Role[] | null) ?? [];
  const names = useSkillNames();
  const put = (next: readonly Role[]): void => change({ roles: next });
  return (
    <div className="office-rows">
      {roles.map((role, at) => (
        <div key={at} className="office-role" role="group" aria-label={words.say("job-types.role", { n: at + 1 })}>
          <div className="office-row">
            <b>{words.say("job-types.role", { n: at + 1 })}</b>
            {!readOnly && roles.length > 1 && <button type="button" className="office-icon" aria-label={words.say("job-types.role-remove", { n: at + 1 })} onClick={() => put(roles.filter((_, index) => index !== at))}>×</button>}
          </div>
          <Quantities {...own} id={`${own.id}-${at}`} member="skills" whole suggest={names} values={{ skills: role.skills }} complaints={complaints.filter(({ within }) => within[0] === String(at)).map((one) => ({ ...one, within: one.within.slice(2) }))} change={(part) => put(roles.map((one, index) => (index === at ? { skills: part.skills as Record<string, number> } : one)))} />
        </div>
      ))}
      {!readOnly && roles.length < 8 && <button type="button" className="office-button" onClick={() => put([...roles, { skills: {} }])}>+ {words.say("job-types.role-add")}</button>}
    </div>
  );
}

function Knowledge({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const links = (values.knowledge as readonly { title: string; url: string }[] | null) ?? [];
  const put = (at: number, part: Partial<{ title: string; url: string }>): void => change({ knowledge: links.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <div className="office-rows">
      {links.map((one, at) => (
        <div key={at}>
          <div className="office-row">
            <input className="office-input" aria-label={words.say("job-types.link-title", { n: at + 1 })} placeholder={words.say("name")} readOnly={readOnly} maxLength={200} value={one.title} onChange={(event) => put(at, { title: event.target.value })} />
            <input className="office-input" type="url" aria-label={words.say("job-types.link-url", { n: at + 1 })} placeholder="https://" readOnly={readOnly} maxLength={500} value={one.url} onChange={(event) => put(at, { url: event.target.value })} />
            {!readOnly && <button type="button" className="office-icon" aria-label={words.say("job-types.link-remove", { n: at + 1 })} onClick={() => change({ knowledge: links.filter((_, index) => index !== at) })}>×</button>}
          </div>
          {complaints.filter(({ within }) => within[0] === String(at)).map((wrong) => <p key={wrong.place} className="office-wrong" role="alert">{sentence(wrong)}</p>)}
        </div>
      ))}
      {!readOnly && <button type="button" className="office-button" onClick={() => change({ knowledge: [...links, { title: "", url: "https://" }] })}>+ {words.say("job-types.link-add")}</button>}
    </div>
  );
}

export const JOB_TYPES: Resource<JobType> = {
  name: "job-types",
  path: "/api/v1/job-types",
  title: "job-types.title",
  about: "job-types.about",
  add: "job-types.add",
  empty: "job-types.empty",
  filters: [{ name: "active", label: "active", options: ACTIVE }],
  columns: [
    { label: "name", rank: 1, show: (row) => row.name },
    { label: "job-types.duration", rank: 1, numeric: true, show: (row, words) => writtenDuration(row.duration, words.language) },
    { label: "job-types.skills", rank: 2, show: (row) => row.roles.map((role) => Object.entries(role.skills ?? {}).map(([name, level]) => `${name} ${level}`).join(", ")).join(" + ") },
    { label: "job-types.checklist", rank: 3, numeric: true, show: (row) => Object.keys((row.checklist.properties as object | undefined) ?? {}).length || "" },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 120, required: true },
    { name: "duration", kind: "duration", label: "job-types.duration", hint: "duration-hint", required: true },
    { name: "priority", kind: "choice", label: "priority", options: PRIORITIES },
    { name: "active", kind: "yes-no", label: "active" },
    { name: "roles", kind: "own", names: ["roles"], label: "job-types.roles", hint: "job-types.roles-hint", part: "job-types.part-crew", render: (own) => <Roles {...own} /> },
    { name: "demand", kind: "own", names: ["demand"], label: "job-types.demand", hint: "job-types.demand-hint", render: (own) => <Quantities {...own} member="demand" /> },
    { name: "checklist", kind: "own", names: ["checklist"], label: "job-types.checklist", part: "job-types.part-checklist", render: (own) => <ChecklistField {...own} /> },
    { name: "checklist_required", kind: "yes-no", label: "job-types.checklist-required" },
    { name: "knowledge", kind: "own", names: ["knowledge"], label: "job-types.knowledge", hint: "job-types.knowledge-hint", part: "job-types.part-knowledge", render: (own) => <Knowledge {...own} /> },
  ],
  fresh: () => ({ name: "", duration: 3600, priority: "normal", active: true, roles: [{ skills: {} }], demand: {}, checklist: {}, checklist_required: false, knowledge: [] }),
  named: (row) => row.name,
  write: "write setup",
};
