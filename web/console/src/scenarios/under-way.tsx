/** A scenario that is being simulated: how far it is, how long it takes, and a button that cancels it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Button, Problem } from "../pieces";
import { change, etag } from "../request";
import { useMay } from "../session";
import { useReading } from "../words";
import { span } from "./numbers";
import { isUnderWay, type Kept, SCENARIOS } from "./reading";
import { useSpeaker } from "./use-speaker";

export function Going({ one }: { readonly one: Kept }): ReactElement | null {
  const { words } = useSpeaker();
  const { language } = useReading();
  const mayRun = useMay("run scenarios");
  const client = useQueryClient();
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!isUnderWay(one)) return null;
  const { done, most, left } = one.progress;
  const cancel = async (): Promise<void> => {
    setDoing(true);
    try {
      await change("POST", `/api/v1/scenarios/${one.id}/cancel`);
      await client.invalidateQueries({ queryKey: SCENARIOS });
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
    }
  };
  return (
    <div className="scenarios-going">
      {most > 0 ? <progress aria-label={words.say("scenarios.run.bar")} max={most} value={done} /> : <progress aria-label={words.say("scenarios.run.bar")} />}
      <span role="status">
        {one.status === "queued"
          ? words.say("scenarios.run.asked")
          : most === 0
            ? words.say(`scenarios.run.begun.${counted(one)}`)
            : [words.say(`scenarios.run.progress.${counted(one)}`, { done, most }), left == null ? "" : words.say("scenarios.run.left", { left: span(left, language) })].filter(Boolean).join(" · ")}
      </span>
      {mayRun && (
        <Button size="small" icon="stop" waiting={doing || one.cancel_requested} onPress={() => void cancel()}>
          {words.say("scenarios.run.stop")}
        </Button>
      )}
      <Problem error={error} compact />
    </div>
  );
}

/** What a run counts: replications, staffings that were tried, or runs of the days. */
export function counted(one: Pick<Kept, "asks">): "replications" | "staffings" | "runs" {
  return one.asks === "staffing" ? "staffings" : one.asks === "replay" ? "runs" : "replications";
}

/** Ask for a scenario to be simulated. */
export function RunButton({ one, main = true }: { readonly one: Kept; readonly main?: boolean }): ReactElement | null {
  const { words } = useSpeaker();
  const mayRun = useMay("run scenarios");
  const client = useQueryClient();
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!mayRun || one.status === "done" || isUnderWay(one)) return null;
  const run = async (): Promise<void> => {
    setDoing(true);
    setError(null);
    try {
      await change("POST", `/api/v1/scenarios/${one.id}/run`, undefined, { ifMatch: etag(one.version) });
      await client.invalidateQueries({ queryKey: SCENARIOS });
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
    }
  };
  return (
    <>
      <Button kind={main ? "main" : "plain"} icon="play" waiting={doing} onPress={() => void run()}>
        {words.say(one.status === "cancelled" ? "scenarios.run.again" : "scenarios.run")}
      </Button>
      <Problem error={error} compact />
    </>
  );
}
