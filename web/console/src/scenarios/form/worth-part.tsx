/** Of what there may be one more. */

import type { ReactElement } from "react";
import { Check, Switch } from "../../pieces";
import { useWords } from "../../words";
import { ADDITIONS, type Worth } from "../document";
import { Part } from "./part";
import type { Wrong } from "./places";
import { TEXTS } from "./texts";

export function WorthPart({ value, onChange, wrong }: { readonly value: Worth; readonly onChange: (value: Worth) => void; readonly wrong: readonly Wrong[] }): ReactElement {
  const words = useWords(TEXTS);
  return (
    <Part title={words.say("form.worth")} wrong={wrong} places={["worth"]}>
      <div className="scenarios-or-all">
        {ADDITIONS.map((one) => (
          <Check key={one} isSelected={value.of.includes(one)} onChange={(yes) => onChange({ ...value, of: ADDITIONS.filter((each) => (each === one ? yes : value.of.includes(each))) })}>
            {words.say(`form.worth.${one}`)}
          </Check>
        ))}
        <Switch isSelected={value.by_weekday} isDisabled={!value.of.includes("technician") && !value.of.includes("hour")} onChange={(by_weekday) => onChange({ ...value, by_weekday })}>
          {words.say("form.worth.by-weekday")}
        </Switch>
      </div>
    </Part>
  );
}
