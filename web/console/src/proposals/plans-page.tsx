/** All proposals and runs: what waits for a decision, what is being searched, and what was in force before. */

import { type ReactElement, useState } from "react";
import { Link, useLocation } from "wouter";
import { useCommand } from "../commands";
import { Badge, Button, Check, Empty, Problem, Waiting } from "../pieces";
import { bought, type PlanSummary, usePlan, usePlans, usePlansFollowBoard } from "../plans";
import { useMay } from "../session";
import { NewRun } from "./new-run";
import { planName } from "./plan-name";
import { statusName } from "./refused";
import { Runs } from "./runs";
import { becauseOf, joined, purchase, touching } from "./said";
import { TEXTS } from "./texts";
import { useSpeaker } from "./use-speaker";

export function PlansPage(): ReactElement {
  const { words } = useSpeaker();
  const [starting, setStarting] = useState(false);
  const mayStart = useMay("start planning runs");
  const drafts = usePlans("draft");
  const plans = usePlans();
  usePlansFollowBoard();
  useCommand({ id: "proposals.run", title: TEXTS["proposals.command.run"], key: "r", when: () => mayStart, run: () => setStarting(true) });
  const before = plans.data?.filter((one) => one.status !== "draft") ?? [];
  return (
    <article className="proposals-page proposals-list">
      <header className="proposals-head">
        <h1>{words.say("proposals.title")}</h1>
        {mayStart && (
          <Button icon="play" keys="r" onPress={() => setStarting(true)}>
            {words.say("proposals.run.new")}
          </Button>
        )}
      </header>
      <div className="proposals-columns">
        <section className="proposals-main" aria-labelledby="proposals-waiting-title">
          <h2 id="proposals-waiting-title">{words.say("proposals.waiting")}</h2>
          <Problem error={drafts.error} onAgain={() => void drafts.refetch()} />
          {drafts.isPending && <Waiting />}
          {drafts.data?.length === 0 && (
            <Empty icon="proposal" title={words.say("proposals.waiting.none")}>
              {words.say("proposals.none.next")}
            </Empty>
          )}
          <ul className="proposals-cards">
            {drafts.data?.map((one) => (
              <WaitingCard key={one.id} draft={one} />
            ))}
          </ul>
          <h2 id="proposals-history-title">{words.say("proposals.history")}</h2>
          {plans.data !== undefined && before.length === 0 ? <p className="proposals-muted">{words.say("proposals.history.none")}</p> : <Earlier plans={before} />}
        </section>
        <section className="proposals-side" aria-labelledby="proposals-runs-title">
          <h2 id="proposals-runs-title">{words.say("proposals.runs")}</h2>
          <Runs />
        </section>
      </div>
      {starting && <NewRun onClose={() => setStarting(false)} />}
    </article>
  );
}

function WaitingCard({ draft }: { readonly draft: PlanSummary }): ReactElement {
  const speaker = useSpeaker();
  const { words, amount } = speaker;
  const plan = usePlan(draft.id).data;
  const buys = plan === undefined ? null : bought(plan.difference);
  return (
    <li>
      <Link href={`/proposals/${draft.id}`} className="proposals-card">
        <b>{words.say("proposals.name", { time: words.time(draft.created_at) })}</b>
        <span>{buys === null ? words.say("proposals.money", { amount: amount(draft.gain) }) : joined([...purchase(buys, speaker), touching(buys, speaker)], words.language)}</span>
        <small>{words.say("proposals.because", { why: becauseOf(draft.reason, speaker) })}</small>
      </Link>
    </li>
  );
}

function Earlier({ plans }: { readonly plans: readonly PlanSummary[] }): ReactElement {
  const { words, amount } = useSpeaker();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const turn = (id: string): void => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2));
  const [later, earlier] = plans.filter((one) => chosen.includes(one.id));
  return (
    <>
      <div className="proposals-heading">
        <p className="proposals-muted">{words.say("proposals.history.hint")}</p>
        <Button size="small" icon="compare" isDisabled={later === undefined || earlier === undefined} onPress={() => go(`/compare/${earlier?.id ?? ""}/${later?.id ?? ""}`)}>
          {words.say("proposals.history.go")}
        </Button>
      </div>
      <div className="proposals-scroll" tabIndex={0} role="region" aria-labelledby="proposals-history-title">
        <table className="proposals-table">
          <thead>
            <tr>
              <th scope="col">{words.say("proposals.history.choose")}</th>
              <th scope="col">{words.say("proposals.history.when")}</th>
              <th scope="col">{words.say("proposals.history.what")}</th>
              <th scope="col">{words.say("proposals.history.status")}</th>
              <th scope="col">{words.say("proposals.history.gain")}</th>
              <th scope="col">{words.say("proposals.history.touched")}</th>
            </tr>
          </thead>
          <tbody>
            {plans.map((one) => {
              const name = planName(one, words);
              return (
                <tr key={one.id}>
                  <td>
                    <Check isSelected={chosen.includes(one.id)} onChange={() => turn(one.id)}>
                      <span className="visually-hidden">{name}</span>
                    </Check>
                  </td>
                  <td className="proposals-time">
                    {words.date(one.created_at)} {words.time(one.published_at ?? one.created_at)}
                  </td>
                  <th scope="row">
                    <Link href={`/proposals/${one.id}`}>{name}</Link>
                  </th>
                  <td>
                    <Badge tone={one.status === "published" ? "good" : "plain"}>{statusName(one, words)}</Badge>
                  </td>
                  <td className="proposals-right">{amount(one.gain)}</td>
                  <td className="proposals-right">{one.touched}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
