/** The conversation of what is selected on the board. */

import type { ReactElement } from "react";
import { useVisit } from "../live";
import { useSelection } from "../select";
import { Conversation } from "./conversation";

export function Talk(): ReactElement | null {
  const last = useSelection().at(-1);
  const visit = useVisit(last?.kind === "visit" ? last.id : "");
  const job = last?.kind === "job" ? last.id : visit?.job;
  return job === undefined ? null : <Conversation key={job} job={job} />;
}
