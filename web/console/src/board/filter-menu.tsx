/** Filter by territory, skill, status and customer: what fits any of a kind and all kinds is shown. */

import type { ReactElement, ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Check, Combo, Icon, Opening, StateMark, useStateName } from "../pieces";
import { setFilter, useFilter } from "../select";
import { useWords } from "../words";
import { STATUS_CHOICES, useFacets } from "./filter-facets";
import { TEXTS } from "./texts";

export function FilterMenu(): ReactElement {
  const words = useWords(TEXTS);
  const { territories, skills, statuses, customers } = useFilter();
  const set = territories.length + skills.length + statuses.length + customers.length;
  return (
    <Opening
      label={words.say("board.filter")}
      className="board-filter-popover"
      trigger={
        <AriaButton className="board-filter" data-set={set > 0 || undefined}>
          <Icon name="filter" size={14} />
          {words.say("board.filter")}
          {set > 0 && <span className="piece-count">{set}</span>}
        </AriaButton>
      }
    >
      <Facets />
    </Opening>
  );
}

function Facets(): ReactElement {
  const words = useWords(TEXTS);
  const stateName = useStateName();
  const filter = useFilter();
  const { territories, skills, customers } = useFacets();
  const toggled = <One,>(all: readonly One[], one: One, yes: boolean): readonly One[] => (yes ? [...all, one] : all.filter((other) => other !== one));
  return (
    <div className="board-facets">
      <Facet title={words.say("board.filter.statuses")}>
        {STATUS_CHOICES.map((one) => (
          <Check key={one} isSelected={filter.statuses.includes(one)} onChange={(yes) => setFilter({ statuses: toggled(filter.statuses, one, yes) })}>
            <StateMark state={one} />
            {stateName(one)}
          </Check>
        ))}
      </Facet>
      {territories.length > 1 && (
        <Facet title={words.say("board.filter.territories")}>
          {territories.map(({ id, name }) => (
            <Check key={id} isSelected={filter.territories.includes(id)} onChange={(yes) => setFilter({ territories: toggled(filter.territories, id, yes) })}>
              {name}
            </Check>
          ))}
        </Facet>
      )}
      <Facet title={words.say("board.filter.skills")}>
        {skills.map((one) => (
          <Check key={one} isSelected={filter.skills.includes(one)} onChange={(yes) => setFilter({ skills: toggled(filter.skills, one, yes) })}>
            {one}
          </Check>
        ))}
      </Facet>
      <Facet title={words.say("board.filter.customers")}>
        <Combo
          label={words.say("board.filter.customers")}
          hideLabel
          placeholder={words.say("board.filter.customer.placeholder")}
          empty={words.say("board.filter.customer.none")}
          options={customers.map(({ id, name }) => ({ id, label: name }))}
          value={null}
          onChange={(id) => id !== null && !filter.customers.includes(id) && setFilter({ customers: [...filter.customers, id] })}
        />
      </Facet>
    </div>
  );
}

function Facet({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <fieldset className="board-facet">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
