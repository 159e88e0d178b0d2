/** Why a visit stands where it stands; where else it could stand, at what price; and what would free one without a place. */

import { type ReactElement, useState } from "react";
import { isDone, useVisit, type Visit } from "../live";
import { Empty, Problem, Waiting } from "../pieces";
import { useSelection } from "../select";
import { useWords } from "../words";
import { Elsewheres } from "./elsewhere";
import { Frees } from "./free";
import { HereNow } from "./here";
import { TEXTS } from "./texts";
import { useWhy } from "./use-why";
import "./why.css";

/** Of the visit that is selected, or of another. */
export function WhyPanel({ visit }: { readonly visit?: string }): ReactElement {
  const words = useWords(TEXTS);
  const last = useSelection().at(-1);
  const id = visit ?? (last?.kind === "visit" ? last.id : "");
  const found = useVisit(id);
  if (found === undefined) return <Empty icon="question" title={words.say("why.none")} />;
  return <Answered key={id} visit={found} />;
}

function Answered({ visit }: { readonly visit: Visit }): ReactElement {
  const words = useWords(TEXTS);
  const answer = useWhy(visit.id);
  const [error, setError] = useState<unknown>(null);
  const why = answer.data;
  // What is shown may be of a plan before: then it is looked at again, and nothing of it is done until that is there.
  const old = answer.isPlaceholderData;
  return (
    <div className="why-panel" aria-busy={answer.isFetching}>
      {isDone(visit) && <p className="why-muted">{words.say("why.done")}</p>}
      {why === undefined && answer.error === null && <Waiting>{words.say("why.looking")}</Waiting>}
      <Problem error={answer.error} onAgain={() => void answer.refetch()} />
      <Problem error={error} compact />
      {why !== undefined && (
        <>
          {why.here !== null && <HereNow here={why.here} />}
          {(why.here !== null || why.elsewhere.some((one) => one.broken.length === 0)) && <Elsewheres visit={visit} why={why} old={old} onError={setError} />}
          {why.here === null && <Frees visit={visit} why={why} old={old} onError={setError} />}
        </>
      )}
    </div>
  );
}
