/** What somebody can do: each skill with a level, a certificate and its last day. What runs out soon stands out. */

import type { ReactElement } from "react";
import type { Shape } from "../../request";
import { DayField } from "../../pieces";
import { NumberInput, sentence, Wrong } from "../kit/fields";
import { useEvery } from "../kit/pages";
import type { OwnField } from "../kit/resource";
import { expiry } from "./expiry";
import { useToday } from "./running-out";

type Skill = Shape<"SkillShape">;

export function useSkillNames(): readonly string[] {
  return (useEvery<Shape<"SkillHeldShape">>("/api/v1/skills").data ?? []).map((one) => one.skill);
}

export function SkillsField({ values, change, complaints, readOnly, words, id }: OwnField): ReactElement {
  const skills = (values.skills as readonly Skill[] | null) ?? [];
  const names = useSkillNames();
  const today = useToday();
  const put = (at: number, part: Partial<Skill>): void => change({ skills: skills.map((one, index) => (index === at ? { ...one, ...part } : one)) });

  return (
    <div className="office-rows">
      <datalist id={`${id}-skills`}>{names.map((one) => <option key={one} value={one} />)}</datalist>
      {skills.length === 0 && <p className="office-quiet">{words.say("skills.none")}</p>}
      {skills.length > 0 && (
        <table className="office-edit-table">
          <thead>
            <tr>
              <th scope="col">{words.say("skills.skill")}</th>
              <th scope="col" className="narrow">{words.say("skills.level")}</th>
              <th scope="col">{words.say("skills.certificate")}</th>
              <th scope="col">{words.say("skills.until")}</th>
              <th scope="col"><span className="visually-hidden">{words.say("kit.remove")}</span></th>
            </tr>
          </thead>
          <tbody>
            {skills.map((one, at) => {
              const ends = expiry(one.valid_until, today);
              const wrong = complaints.filter(({ within }) => within[0] === String(at));
              return (
                <tr key={at} data-expiry={ends ?? undefined}>
                  <td>
                    <input className="office-input" aria-label={words.say("skills.skill-of", { n: at + 1 })} list={`${id}-skills`} maxLength={80} readOnly={readOnly} value={one.skill} onChange={(event) => put(at, { skill: event.target.value })} />
                    {wrong.length > 0 && <p className="office-wrong" role="alert">{wrong.map(sentence).join(" ")}</p>}
                  </td>
                  <td className="narrow"><NumberInput aria-label={words.say("skills.level-of", { skill: one.skill })} readOnly={readOnly} whole value={one.level ?? 1} onChange={(level) => put(at, { level: level ?? 1 })} /></td>
                  <td><input className="office-input" aria-label={words.say("skills.certificate-of", { skill: one.skill })} maxLength={200} readOnly={readOnly} value={one.certificate ?? ""} onChange={(event) => put(at, { certificate: event.target.value })} /></td>
                  <td>
                    <DayField label={words.say("skills.until-of", { skill: one.skill })} readOnly={readOnly} value={one.valid_until ?? ""} onChange={(day) => put(at, { valid_until: day === "" ? null : day })} />
                    {(ends === "ended" || ends === "soon") && <span className={`office-mark ${ends}`}>{words.say(`skills.${ends}`)}</span>}
                  </td>
                  <td>
                    {!readOnly && <button type="button" className="office-icon" aria-label={words.say("skills.remove", { skill: one.skill })} onClick={() => change({ skills: skills.filter((_, index) => index !== at) })}>×</button>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <Wrong complaints={complaints.filter(({ within }) => within.length > 0 && !/^\d+$/.test(within[0] ?? ""))} />
      {!readOnly && (
        <button type="button" className="office-button" onClick={() => change({ skills: [...skills, { skill: "", level: 1, certificate: "", valid_until: null }] })}>
          + {words.say("skills.add")}
        </button>
      )}
    </div>
  );
}
