/** What is filtered by, each with a way to let go of it. */

import type { ReactElement } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Icon, useStateName } from "../pieces";
import { setFilter, useFilter } from "../select";
import { useWords } from "../words";
import { useFacets } from "./filter-facets";
import { TEXTS } from "./texts";

export function FilterChips(): ReactElement | null {
  const words = useWords(TEXTS);
  const stateName = useStateName();
  const filter = useFilter();
  const facets = useFacets();
  const named = (all: readonly { readonly id: string; readonly name: string }[], id: string): string => all.find((one) => one.id === id)?.name ?? id;
  const without = <One,>(all: readonly One[], one: One): readonly One[] => all.filter((other) => other !== one);
  const chips = [
    ...filter.statuses.map((one) => ({ id: `status ${one}`, name: stateName(one), remove: () => setFilter({ statuses: without(filter.statuses, one) }) })),
    ...filter.territories.map((one) => ({ id: `territory ${one}`, name: named(facets.territories, one), remove: () => setFilter({ territories: without(filter.territories, one) }) })),
    ...filter.skills.map((one) => ({ id: `skill ${one}`, name: one, remove: () => setFilter({ skills: without(filter.skills, one) }) })),
    ...filter.customers.map((one) => ({ id: `customer ${one}`, name: named(facets.customers, one), remove: () => setFilter({ customers: without(filter.customers, one) }) })),
  ];
  if (chips.length === 0) return null;
  return (
    <span className="board-chips">
      {chips.map(({ id, name, remove }) => (
        <AriaButton key={id} className="board-chip" aria-label={words.say("board.filter.remove", { what: name })} onPress={remove}>
          {name}
          <Icon name="close" size={10} />
        </AriaButton>
      ))}
    </span>
  );
}
