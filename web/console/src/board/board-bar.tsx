/** What is looked at: filter, saved views, and which parts are open. */

import { type ReactElement, useMemo, useRef } from "react";
import { Button as AriaButton, Input, SearchField } from "react-aria-components";
import { useCommand } from "../commands";
import { Fixing } from "../fixed";
import { useBoard } from "../live";
import { Icon, Toggle } from "../pieces";
import { EVERYTHING, isEverything, matches, setFilter, useFilter } from "../select";
import { useWords } from "../words";
import { FilterChips } from "./filter-chips";
import { FilterMenu } from "./filter-menu";
import { type Pane, togglePane, usePanes } from "./panes";
import { TEXTS } from "./texts";
import { ViewsMenu } from "./views-menu";

export function BoardBar({ narrow }: { readonly narrow: boolean }): ReactElement {
  const words = useWords(TEXTS);
  const filter = useFilter();
  const field = useRef<HTMLInputElement>(null);
  const nothing = isEverything(filter);
  useCommand({ id: "board.filter", title: TEXTS["board.filter.focus"], key: "f", run: () => field.current?.focus() });
  useCommand({ id: "board.filter-clear", title: TEXTS["board.filter.clear"], key: "shift+f", when: () => !nothing, run: () => setFilter(EVERYTHING) });
  return (
    <div className="board-bar" role="toolbar" aria-label={words.say("board.filter")}>
      <FilterMenu />
      <SearchField className="board-words" aria-label={words.say("board.filter.text")} value={filter.text} onChange={(text) => setFilter({ text })}>
        <Icon name="search" size={14} />
        <Input ref={field} placeholder={words.say("board.filter.text")} />
        <AriaButton className="board-words-clear">
          <Icon name="close" size={12} />
        </AriaButton>
      </SearchField>
      <FilterChips />
      {!nothing && <Shown />}
      <Fixing />
      <span className="board-bar-gap" />
      <ViewsMenu />
      {!narrow && <PaneToggles />}
    </div>
  );
}

function Shown(): ReactElement | null {
  const words = useWords(TEXTS);
  const board = useBoard();
  const filter = useFilter();
  const shown = useMemo(() => board?.visits.reduce((sum, visit) => sum + Number(matches(visit, filter)), 0) ?? 0, [board, filter]);
  if (board === undefined) return null;
  return (
    <>
      <span className="board-shown" role="status">
        {words.say("board.filter.shown", { shown, all: board.visits.length })}
      </span>
      <AriaButton className="board-clear" onPress={() => setFilter(EVERYTHING)}>
        {words.say("board.filter.clear")}
      </AriaButton>
    </>
  );
}

const PANES: readonly { readonly pane: Pane; readonly icon: "list" | "map" | "detail" }[] = [
  { pane: "lists", icon: "list" },
  { pane: "map", icon: "map" },
  { pane: "detail", icon: "detail" },
];

function PaneToggles(): ReactElement {
  const words = useWords(TEXTS);
  const panes = usePanes();
  return (
    <span className="board-toggles">
      {PANES.map(({ pane, icon }) => (
        <Toggle key={pane} icon={icon} label={words.say(`board.pane.${pane}`)} isSelected={panes[pane]} onChange={() => togglePane(pane)} />
      ))}
    </span>
  );
}
