/** The parts of the board on a small screen: one at a time, chosen by a tab. */

import type { ReactElement } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Icon, type IconName } from "../pieces";
import { useSelection } from "../select";
import { useWords } from "../words";
import type { Parts } from "./panels";
import { show, useShown } from "./side";
import { TEXTS } from "./texts";

const TABS: readonly { readonly id: keyof Parts; readonly icon: IconName }[] = [
  { id: "lists", icon: "list" },
  { id: "timeline", icon: "timeline" },
  { id: "map", icon: "map" },
  { id: "detail", icon: "detail" },
];

export function TabbedBoard({ parts }: { readonly parts: Parts }): ReactElement {
  const words = useWords(TEXTS);
  const { part: shown } = useShown();
  const count = useSelection().length;
  return (
    <Tabs className="board-tabs" selectedKey={shown} onSelectionChange={(key) => show({ part: key as keyof Parts })}>
      <TabList aria-label={words.say("board.panes")} className="board-tablist">
        {TABS.map(({ id, icon }) => (
          <Tab key={id} id={id} className="board-tab">
            <Icon name={icon} />
            {words.say(`board.${id}`)}
            {id === "detail" && count > 0 && <span className="board-tab-dot" aria-hidden="true" />}
          </Tab>
        ))}
      </TabList>
      {TABS.map(({ id }) => (
        <TabPanel key={id} id={id} className="board-tabpanel">
          {parts[id]}
        </TabPanel>
      ))}
    </Tabs>
  );
}
