/** Which day and where; search; how things stand; who is here. */

import type { ReactElement } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useLocation } from "wouter";
import { askFor } from "../board/lists";
import { setPanes } from "../board/panes";
import { show } from "../board/side";
import { isAtRisk, useBoardPart } from "../live";
import { Icon, Keys, Tip } from "../pieces";
import { EVERYTHING, setFilter } from "../select";
import { useWords } from "../words";
import { DayChoice } from "./day-choice";
import { LiveMark } from "./live-mark";
import { LookSwitches, type LookProps } from "./look-switches";
import { open } from "./open";
import { TEXTS } from "./texts";
import { TerritoryChoice } from "./territory-choice";
import { UserMenu } from "./user-menu";

export function TopBar(look: LookProps): ReactElement {
  const words = useWords(TEXTS);
  return (
    <header className="shell-top">
      <div className="shell-where">
        <DayChoice />
        <TerritoryChoice />
      </div>
      <AriaButton className="shell-search" onPress={() => open("palette")}>
        <Icon name="search" />
        <span className="shell-search-text">{words.say("shell.search")}</span>
        <Keys keys="ctrl+k" />
      </AriaButton>
      <div className="shell-standing">
        <LiveMark />
        <AtRisk />
        <Drafts />
      </div>
      <div className="shell-me">
        <span className="shell-looks">
          <LookSwitches {...look} />
        </span>
        <UserMenu {...look} />
      </div>
    </header>
  );
}

function AtRisk(): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const count = useBoardPart((board) => board?.visits.reduce((sum, visit) => sum + Number(isAtRisk(visit)), 0) ?? 0);
  const look = (): void => {
    // Whoever asks for what is at risk does not want it hidden by what they looked for before.
    setFilter(EVERYTHING);
    go("/board");
    setPanes({ lists: true });
    show({ part: "lists" });
    askFor("at-risk");
  };
  return (
    <Tip text={words.say("shell.at-risk.tip")}>
      <AriaButton className={`shell-count ${count > 0 ? "warning" : ""}`} onPress={look}>
        <span className="shell-count-sign" aria-hidden="true">
          !
        </span>
        <span className="shell-count-number">{words.say("shell.at-risk", { count })}</span>
      </AriaButton>
    </Tip>
  );
}

function Drafts(): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const count = useBoardPart((board) => board?.drafts ?? 0);
  return (
    <Tip text={words.say("shell.drafts.tip")} keys="g r">
      <AriaButton className={`shell-count ${count > 0 ? "action" : ""}`} onPress={() => go("/proposals")}>
        <Icon name="proposal" />
        <span className="shell-count-number">{words.say("shell.drafts", { count })}</span>
      </AriaButton>
    </Tip>
  );
}
