/** Which technicians are meant: ticked in a list, with what they can do. */

import type { ReactElement } from "react";
import { Check, Switch } from "../../pieces";
import { useWords } from "../../words";
import type { Known } from "../document";
import { TEXTS } from "./texts";

interface Props {
  readonly known: Known;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

export function PeopleChoice({ known, chosen, onChange }: Props): ReactElement {
  const words = useWords(TEXTS);
  // Who is named and not there (any more) can be taken out again.
  const ids = [...known.people.map((one) => one.id), ...chosen.filter((id) => !known.people.some((one) => one.id === id))];
  return (
    <fieldset className="scenarios-people">
      <legend className="piece-label">{words.say("form.who")}</legend>
      <div className="scenarios-people-list" tabIndex={0} role="group" aria-label={words.say("form.who")}>
        {ids.map((id) => {
          const person = known.people.find((one) => one.id === id);
          const skills = Object.entries(person?.skills ?? {}).map(([skill, level]) => `${skill} ${level}`);
          return (
            <Check key={id} isSelected={chosen.includes(id)} onChange={(yes) => onChange(yes ? [...chosen, id] : chosen.filter((one) => one !== id))}>
              <span>
                {person?.name ?? id} <small className="scenarios-muted">{skills.join(", ")}</small>
              </span>
            </Check>
          );
        })}
      </div>
    </fieldset>
  );
}

/** The same where everybody may be meant. */
export function PeopleOrAll({ known, chosen, onChange }: Omit<Props, "chosen" | "onChange"> & {
  readonly chosen: readonly string[] | undefined;
  readonly onChange: (chosen: readonly string[] | undefined) => void;
}): ReactElement {
  const words = useWords(TEXTS);
  return (
    <div className="scenarios-or-all">
      <Switch isSelected={chosen === undefined} onChange={(all) => onChange(all ? undefined : [])}>
        {words.say("form.everybody")}
      </Switch>
      {chosen !== undefined && <PeopleChoice known={known} chosen={chosen} onChange={onChange} />}
    </div>
  );
}
