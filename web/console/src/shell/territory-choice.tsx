/** Which territories are looked at: one filter with that of the board. */

import type { ReactElement } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useBoardPart } from "../live";
import { Check, Icon, Opening } from "../pieces";
import { setFilter, useFilter } from "../select";
import { useWords } from "../words";
import { TEXTS } from "./texts";

export function TerritoryChoice(): ReactElement | null {
  const words = useWords(TEXTS);
  const { territories } = useFilter();
  const all = useBoardPart((board) => board?.territories);
  if (all === undefined || all.length < 2) {
    return all?.[0] === undefined ? null : <span className="shell-territory-only">{all[0].name}</span>;
  }
  const [only] = territories;
  const name =
    territories.length === 0 ? words.say("shell.territory.all")
    : territories.length === 1 ? (all.find((one) => one.id === only)?.name ?? "")
    : words.say("shell.territory.some", { count: territories.length });
  return (
    <Opening
      label={words.say("shell.territory")}
      trigger={
        <AriaButton className="shell-choice" aria-label={`${words.say("shell.territory")}: ${name}`} data-set={territories.length > 0 || undefined}>
          <span>{name}</span>
          <Icon name="down" size={12} />
        </AriaButton>
      }
    >
      <div className="shell-territories">
        <Check isSelected={territories.length === 0} onChange={() => setFilter({ territories: [] })}>
          {words.say("shell.territory.all")}
        </Check>
        {all.map(({ id, name: title }) => (
          <Check
            key={id}
            isSelected={territories.includes(id)}
            onChange={(yes) => setFilter({ territories: yes ? [...territories, id] : territories.filter((one) => one !== id) })}
          >
            {title}
          </Check>
        ))}
      </div>
    </Opening>
  );
}
