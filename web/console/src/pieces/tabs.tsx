/** One of several panels, chosen by its tab. */

import type { ReactElement, ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from "react-aria-components";

export interface TabOf<Id extends string> {
  readonly id: Id;
  readonly title: ReactNode;
  readonly content: ReactNode;
  /** A number beside the title; nothing where it is none. */
  readonly count?: number;
}

export function Tabs<Id extends string>({ label, tabs, selected, onSelect, className = "", vertical = false }: {
  readonly label: string;
  readonly tabs: readonly TabOf<Id>[];
  readonly selected?: Id;
  readonly onSelect?: (id: Id) => void;
  readonly className?: string;
  readonly vertical?: boolean;
}): ReactElement {
  const chosen = selected === undefined ? {} : { selectedKey: selected };
  return (
    <AriaTabs {...chosen} {...(onSelect === undefined ? {} : { onSelectionChange: (key) => onSelect(key as Id) })} orientation={vertical ? "vertical" : "horizontal"} className={`piece-tabs ${className}`}>
      <TabList aria-label={label} className="piece-tablist">
        {tabs.map((one) => (
          <Tab key={one.id} id={one.id} className="piece-tab">
            {one.title}
            {one.count !== undefined && one.count > 0 && <span className="piece-count">{one.count}</span>}
          </Tab>
        ))}
      </TabList>
      {tabs.map((one) => (
        <TabPanel key={one.id} id={one.id} className="piece-tabpanel">
          {one.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
