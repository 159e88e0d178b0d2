/** One proposal: what would change, who is affected, what it buys; approve all or some of it, edit it, reject it. */

import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { BoardMap } from "../board/map";
import { useCommand } from "../commands";
import { Badge, Button, Empty, Problem, Waiting } from "../pieces";
import { bought, type PlanDocument, PLANS, usePlan, usePlans, usePlansFollowBoard } from "../plans";
import { Refused as Refusing } from "../request";
import { showProposal } from "../select";
import { useMay } from "../session";
import { useQueryClient } from "@tanstack/react-query";
import { Budget } from "./budget";
import { Buys } from "./buys";
import { CertificateOf } from "./certificate";
import { ChangesTable } from "./changes-table";
import { approvedClusters, carriedOver } from "./choice";
import { onCtrlEnter } from "./ctrl-enter";
import { EditSheet } from "./edit-sheet";
import { Groups } from "./groups";
import { NewRun } from "./new-run";
import { PeopleTable } from "./people-table";
import { planName } from "./plan-name";
import { Refused, statusName } from "./refused";
import { RulesTable } from "./rules-table";
import { becauseOf, joined, purchase, touching } from "./said";
import { TEXTS } from "./texts";
import { useDecision } from "./use-decision";
import { useSpeaker } from "./use-speaker";

export function ProposalPage({ id }: { readonly id: string }): ReactElement {
  const { words } = useSpeaker();
  const { data: plan, error, refetch } = usePlan(id);
  usePlansFollowBoard();
  if (plan !== undefined) return <Proposal plan={plan} />;
  if (error instanceof Refusing && error.status === 404) {
    return (
      <Empty icon="proposal" title={words.say("proposals.missing")} action={<Link href="/proposals">{words.say("proposals.list")}</Link>}>
        {words.say("proposals.missing.next")}
      </Empty>
    );
  }
  return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
}

function Proposal({ plan }: { readonly plan: PlanDocument }): ReactElement {
  const speaker = useSpeaker();
  const { words } = speaker;
  const client = useQueryClient();
  const [, go] = useLocation();
  const decision = useDecision();
  const [editing, setEditing] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const [chosen, choose] = useChoice(plan);
  const mayApprove = useMay("approve plans") && plan.status === "draft";
  const mayEdit = useMay("edit drafts") && plan.status === "draft";
  const { clusters, complaints } = plan.difference;
  const buys = useMemo(() => bought(plan.difference, chosen), [plan, chosen]);
  const taken = clusters.filter((one) => chosen.has(one.id)).length;
  const all = taken === clusters.length;

  useEffect(() => {
    showProposal(plan.status === "draft" ? plan.id : null);
    return () => showProposal(null);
  }, [plan.id, plan.status]);

  const approve = async (edition?: number): Promise<void> => {
    const published = await decision.approve(plan, approvedClusters(clusters, chosen), edition);
    if (published !== null) go(`/proposals/${published.id}`);
  };
  const reject = async (): Promise<void> => {
    if (await decision.reject(plan)) go("/proposals");
  };
  useCommand({ id: "proposals.approve", title: TEXTS["proposals.command.approve"], key: "ctrl+enter", when: () => mayApprove && taken > 0, run: () => void approve() });

  const kept = all ? undefined : words.say("proposals.keep-choice", { n: taken, all: clusters.length });
  return (
    <article className="proposals-page proposals-one" onKeyDownCapture={onCtrlEnter(mayApprove && taken > 0 ? () => void approve() : null)}>
      <header className="proposals-head">
        <div>
          <Link href="/proposals" className="proposals-back">
            {words.say("proposals.list")}
          </Link>
          <h1>
            {planName(plan, words)} 
            <Badge tone={plan.status === "draft" ? "action" : "plain"}>{statusName(plan, words)}</Badge>
          </h1>
          <p className="proposals-lead" role="status">
            {joined([...purchase(buys, speaker), touching(buys, speaker)], words.language)}
          </p>
          {plan.replaced_by !== null && <Replaced by={plan.replaced_by} />}
          <p className="proposals-muted">{words.say("proposals.because", { why: becauseOf(plan.reason, speaker) })}</p>
        </div>
        <div className="proposals-buttons">
          <Button icon="board" onPress={() => go("/board")}>
            {words.say("proposals.board")}
          </Button>
          {plan.based_on !== null && (
            <Button icon="compare" onPress={() => go(`/compare/${plan.based_on ?? ""}/${plan.id}`)}>
              {words.say("proposals.compare")}
            </Button>
          )}
          {mayEdit && (
            <Button kind="bad" waiting={decision.doing === "rejecting"} onPress={() => void reject()}>
              {words.say("proposals.reject")}
            </Button>
          )}
          {mayApprove && (
            <Button kind="main" keys="ctrl+enter" waiting={decision.doing === "approving"} isDisabled={taken === 0} onPress={() => void approve()}>
              {decision.doing === "approving" ? words.say("proposals.approving")
              : taken === 0 ? words.say("proposals.approve.none")
              : all ? words.say("proposals.approve.all")
              : words.say("proposals.approve.some", { n: taken })}
            </Button>
          )}
        </div>
        {plan.status === "draft" && !mayApprove && <p className="proposals-muted">{words.say("proposals.cannot")}</p>}
      </header>
      <Refused
        refusal={plan.id === decision.refused ? decision.refusal : null}
        waiting={decision.doing === "approving"}
        kept={kept}
        onAgain={(edition) => void approve(edition)}
        onRead={() => {
          decision.dismiss();
          void client.invalidateQueries({ queryKey: PLANS });
        }}
        onDismiss={decision.dismiss}
        onRun={() => setRunning(true)}
      />
      {complaints.length > 0 && (
        <section className="proposals-refused" role="status">
          <h2>{words.say("proposals.complaints")}</h2>
          <ul className="proposals-since">
            {complaints.slice(0, 5).map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
          <p>{words.say("proposals.complaints.next")}</p>
        </section>
      )}
      <div className="proposals-columns">
        <div className="proposals-side">
          <Buys plan={plan} chosen={chosen} />
          {plan.status === "draft" && <Budget curve={plan.difference.curve} chosen={chosen} onChoose={choose} />}
          <Groups plan={plan} chosen={chosen} onChoose={choose} mayDecide={mayApprove && clusters.length > 1} />
        </div>
        <div className="proposals-main">
          <div className="proposals-map">
            <BoardMap />
          </div>
          <ChangesTable plan={plan} chosen={chosen} onEdit={mayEdit ? setEditing : null} />
          <PeopleTable plan={plan} />
          <div className="proposals-two">
            <RulesTable plan={plan} />
            <CertificateOf plan={plan} />
          </div>
        </div>
      </div>
      {editing !== null && <EditSheet key={`${editing} ${plan.version}`} plan={plan} visit={editing} onClose={() => setEditing(null)} onRefused={(refusal) => { setEditing(null); decision.told(plan, refusal); }} />}
      {running && <NewRun onClose={() => setRunning(false)} />}
    </article>
  );
}

/** The way from a proposal that a newer one has replaced: to the newest that waits, or to what took its place. */
function Replaced({ by }: { readonly by: string }): ReactElement {
  const { words } = useSpeaker();
  const newest = usePlans("draft").data?.[0];
  return (
    <p className="proposals-replaced" role="status">
      {words.say("proposals.replaced")}{" "}
      <Link href={`/proposals/${newest?.id ?? by}`}>{words.say(newest === undefined ? "proposals.replaced.by" : "proposals.replaced.newest")}</Link>
    </p>
  );
}

/** Which groups are chosen: all at first; an edit of the draft keeps what still is as it was chosen. */
function useChoice(plan: PlanDocument): [ReadonlySet<string>, (clusters: readonly string[]) => void] {
  const { clusters } = plan.difference;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(clusters.map((one) => one.id)));
  const seen = useRef(plan);
  if (seen.current !== plan) {
    const before = seen.current;
    seen.current = plan;
    if (before.version !== plan.version || before.id !== plan.id) {
      setChosen(before.id === plan.id ? carriedOver(before.difference.clusters, chosen, clusters) : new Set(clusters.map((one) => one.id)));
    }
  }
  return [chosen, (next) => setChosen(new Set(next))];
}
