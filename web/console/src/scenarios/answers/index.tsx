/** What came of a scenario of which something else is asked than what its changes do. */

import type { ReactElement } from "react";
import type { Kept } from "../reading";
import { ReplayAnswer } from "./replay-answer";
import { StaffingAnswer } from "./staffing-answer";
import { SweepAnswer } from "./sweep-answer";
import { WorthAnswer } from "./worth-answer";

export function OtherAnswer({ one }: { readonly one: Kept }): ReactElement | null {
  switch (one.asks) {
    case "sweep":
      return <SweepAnswer one={one} />;
    case "staffing":
      return <StaffingAnswer one={one} />;
    case "worth":
      return <WorthAnswer one={one} />;
    case "replay":
      return <ReplayAnswer one={one} />;
    default:
      return null;
  }
}
