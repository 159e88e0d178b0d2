/** Whether what is seen is what is, and the operation's time. */

import type { ReactElement } from "react";
import { Button as AriaButton } from "react-aria-components";
import { live, useBoardPart, useLink, useNow } from "../live";
import { Tip } from "../pieces";
import { useWords } from "../words";
import { TEXTS } from "./texts";
import { cityOf, minutesAhead, zoneName } from "./zone";

export function LiveMark(): ReactElement {
  const words = useWords(TEXTS);
  const link = useLink();
  const zone = useBoardPart((board) => board?.time_zone);
  const pace = useBoardPart((board) => board?.pace ?? 1);
  const says = words.say(link === "live" ? "shell.live" : link === "offline" ? "shell.offline" : "shell.connecting");
  const tip = (
    <>
      {zone !== undefined && words.say("shell.live.tip", { zone: zoneName(zone, words.language) })}
      {pace !== 1 && ` ${words.say("shell.live.pace", { pace })}`}
    </>
  );
  return (
    <Tip text={tip}>
      <AriaButton className={`shell-live ${link}`} onPress={() => live.hurry()}>
        <span className="shell-live-dot" aria-hidden="true" />
        <span>{says}</span>
        {zone !== undefined && <Clock />}
        {zone !== undefined && minutesAhead(zone) !== 0 && <span className="shell-zone">{cityOf(zone)}</span>}
      </AriaButton>
    </Tip>
  );
}

function Clock(): ReactElement {
  const words = useWords(TEXTS);
  const now = useNow(60_000);
  return <time className="shell-clock">{words.time(new Date(now))}</time>;
}
