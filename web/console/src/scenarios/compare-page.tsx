/** Scenarios beside each other: all held against the first column, pair by pair. */

import type { ReactElement } from "react";
import { Link } from "wouter";
import { Problem, Waiting } from "../pieces";
import { OutcomeTable } from "./outcome-table";
import { useCompared } from "./reading";
import { useSpeaker } from "./use-speaker";

export function ComparePage({ ids }: { readonly ids: readonly string[] }): ReactElement {
  const { words } = useSpeaker();
  const found = useCompared(ids);
  return (
    <article className="scenarios-page">
      <Link href="/scenarios" className="scenarios-back">
        ‹ {words.say("scenarios.back")}
      </Link>
      <h1 id="scenarios-figures">{words.say("scenarios.compare.title")}</h1>
      <Problem error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Waiting />}
      {found.data !== undefined && (
        <>
          <p className="scenarios-muted">{words.say("scenarios.compare.lead", { count: found.data.replications })}</p>
          <OutcomeTable outcome={found.data} />
        </>
      )}
    </article>
  );
}
