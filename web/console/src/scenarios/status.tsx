/** Where a scenario stands, in badges: its run, its conditions, what was decided. */

import type { ReactElement } from "react";
import { Badge } from "../pieces";
import { isUnderWay, type Kept } from "./reading";
import { useSpeaker } from "./use-speaker";

export function StatusBadges({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const going = isUnderWay(one);
  return (
    <span className="scenarios-badges">
      {one.asks !== "effect" && <Badge>{words.say(`scenarios.asks.${one.asks}`)}</Badge>}
      <Badge tone={one.status === "failed" ? "bad" : going ? "action" : "plain"}>
        {words.say(going && one.cancel_requested ? "scenarios.status.stopping" : `scenarios.status.${one.status}`)}
      </Badge>
      {one.kept !== null && <Badge tone={one.kept ? "good" : "bad"}>{words.say(one.asks === "staffing" ? (one.kept ? "scenarios.targets-met" : "scenarios.targets-missed") : one.kept ? "scenarios.kept" : "scenarios.not-kept")}</Badge>}
      {one.accepted_at !== null && <Badge tone="action">{words.say("scenarios.accepted")}</Badge>}
      {one.published.length > 0 && <Badge tone="good">{words.say("scenarios.published")}</Badge>}
    </span>
  );
}
