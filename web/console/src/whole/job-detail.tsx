/** A job: what was told, whose it is, its visits, what was promised, and what may be done. */

import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useBoardPart } from "../live";
import { Badge, PriorityMark, Problem, TimeOf, useJobStatusName, useStatusName, useTargetName, Waiting } from "../pieces";
import { ask, type Shape } from "../request";
import { select } from "../select";
import { useWords } from "../words";
import { useJob } from "./asking";
import { Part } from "./pieces";
import { Steps } from "./steps";
import { TEXTS, type WholeKey } from "./texts";

export function JobDetail({ id }: { readonly id: string }): ReactElement {
  const words = useWords(TEXTS);
  const status = useStatusName();
  const jobStatus = useJobStatusName();
  const mark = useBoardPart((board) => board?.visits.filter((one) => one.job === id).map((one) => one.version).join() ?? "");
  const { data, error, refetch } = useJob(id, mark);
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
  const { job, visits } = data;
  return (
    <article className="whole" aria-labelledby="whole-title">
      <header className="whole-head">
        <div>
          <h2 id="whole-title">
            <PriorityMark priority={job.priority} /> {job.title}
          </h2>
          <p className="whole-muted">
            {job.number} · <Badge>{jobStatus(job.status)}</Badge> · <TimeOf at={job.received_at} />
          </p>
        </div>
      </header>
      {job.description !== "" && (
        <Part title={words.say("whole.description")}>
          <p className="whole-text">{job.description}</p>
        </Part>
      )}
      <button type="button" className="whole-to" onClick={() => select({ kind: "customer", id: job.customer_id })}>
        {words.say("whole.customer")}
      </button>
      <Part title={words.say("whole.visits")}>
        <ul className="whole-lines">
          {visits.map((one) => (
            <li key={one.id}>
              <button type="button" className="whole-to" onClick={() => select({ kind: "visit", id: one.id })}>
                {words.say("whole.visit.nth", { n: one.sequence })}
              </button>{" "}
              {status(one.status)} {one.planned?.[0] !== undefined && <TimeOf at={one.planned[0].start} />}
            </li>
          ))}
        </ul>
      </Part>
      <Promises job={id} mark={mark} />
      <Steps of="jobs" id={id} version={job.version} number={job.number} actions={job.actions ?? []} />
    </article>
  );
}

function Promises({ job, mark }: { readonly job: string; readonly mark: string }): ReactElement | null {
  const words = useWords(TEXTS);
  const target = useTargetName();
  const { data = [] } = useQuery({
    queryKey: ["whole", "promises", job, mark],
    queryFn: ({ signal }) => ask<readonly Shape<"PromiseShape">[]>(`/api/v1/jobs/${job}/promises`, {}, signal),
  });
  if (data.length === 0) return null;
  return (
    <Part title={words.say("whole.promises")}>
      <ul className="whole-lines">
        {data.map((one) => {
          const state = one.breached_at === null ? one.state : "missed";
          return (
            <li key={one.id}>
              {words.say("whole.promise", { target: target(one.target), time: words.time(one.due_at) })}{" "}
              <Badge tone={state === "missed" ? "bad" : state === "met" ? "good" : "plain"}>{words.say(`whole.promise.${state}` as WholeKey)}</Badge>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
