/** Planning runs: what they are doing, the best that they have found so far, and a button that stops and keeps it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { Badge, Button, Problem } from "../pieces";
import { tell } from "../notices";
import { isUnderWay, type Run, useRuns } from "../plans";
import { change } from "../request";
import { useMay } from "../session";
import { becauseOf } from "./said";
import { useSpeaker } from "./use-speaker";

/** So many of those that have ended are told. */
const ENDED = 8;

export function Runs(): ReactElement {
  const { words } = useSpeaker();
  const { data: runs = [], error } = useRuns();
  const shown = [...runs.filter(isUnderWay), ...runs.filter((one) => !isUnderWay(one)).slice(0, ENDED)];
  return (
    <>
      <Problem error={error} />
      {runs.length === 0 && error === null && <p className="proposals-muted">{words.say("proposals.runs.none")}</p>}
      <ul className="proposals-runs">
        {shown.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
    </>
  );
}

interface Progress {
  readonly elapsed?: number;
  readonly seconds?: number;
  readonly best?: number;
  readonly unassigned?: number;
  readonly iterations?: number;
}

export function RunRow({ run }: { readonly run: Run }): ReactElement {
  const speaker = useSpeaker();
  const { words, amount } = speaker;
  const mayStop = useMay("start planning runs");
  const progress = run.progress as Progress;
  const going = isUnderWay(run);
  const time = words.time(run.created_at);
  const limit = Number(run.overrides.seconds ?? progress.seconds ?? 0);
  return (
    <li className="proposals-run" data-going={going || undefined}>
      <div className="proposals-run-head">
        <b className="proposals-time">{time}</b>
        <span>{run.because !== "" && run.reason === "asked" ? run.because : becauseOf(run.reason, speaker)}</span>
        <Badge tone={run.status === "failed" ? "bad" : going ? "action" : "plain"}>
          {words.say(run.cancel_requested && going ? "proposals.run.stopping" : `proposals.run.${run.status}`)}
        </Badge>
      </div>
      {going && (
        <div className="proposals-run-going">
          <Bar name={words.say("proposals.run.progress", { time })} elapsed={progress.elapsed ?? 0} limit={limit} />
          <p role="status">
            {progress.best == null ? words.say("proposals.run.best.none") : words.say("proposals.run.best", { best: amount(progress.best) })}
            {progress.unassigned != null && progress.unassigned > 0 && ` · ${words.say("proposals.run.unassigned", { n: progress.unassigned })}`}
            {progress.elapsed != null && ` · ${elapsedSaid(progress.elapsed, limit)}`}
          </p>
          {mayStop && <Stop run={run} />}
        </div>
      )}
      {run.status === "failed" && <p className="proposals-muted">{run.failure}</p>}
      {!going && run.draft_id !== null && <Link href={`/proposals/${run.draft_id}`}>{words.say("proposals.run.draft")}</Link>}
      {run.status === "done" && run.draft_id === null && <p className="proposals-muted">{words.say("proposals.run.no-draft")}</p>}
    </li>
  );

  function elapsedSaid(elapsed: number, seconds: number): string {
    const rounded = Math.round(elapsed * 10) / 10;
    return seconds > 0 ? words.say("proposals.run.elapsed", { elapsed: rounded, seconds }) : words.say("proposals.run.elapsed.only", { elapsed: rounded });
  }
}

function Bar({ name, elapsed, limit }: { readonly name: string; readonly elapsed: number; readonly limit: number }): ReactElement {
  return limit > 0 ? <progress aria-label={name} max={limit} value={Math.min(elapsed, limit)} /> : <progress aria-label={name} />;
}

function Stop({ run }: { readonly run: Run }): ReactElement {
  const { words } = useSpeaker();
  const client = useQueryClient();
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = async (): Promise<void> => {
    setDoing(true);
    try {
      await change("POST", `/api/v1/runs/${run.id}/cancel`);
      tell(words.say("proposals.run.stopped"));
      await client.invalidateQueries({ queryKey: ["runs"] });
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
    }
  };
  return (
    <>
      <Button size="small" icon="stop" waiting={doing || run.cancel_requested} onPress={() => void stop()}>
        {words.say("proposals.run.stop")}
      </Button>
      <Problem error={error} compact />
    </>
  );
}
