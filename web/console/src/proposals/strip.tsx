/** At the foot of the board: the proposal that waits, what it buys, and one key to approve it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useCommand } from "../commands";
import { useBoardPart } from "../live";
import { Button, IconButton, Tip } from "../pieces";
import { bought, isUnderWay, PLANS, usePlan, usePlans, usePlansFollowBoard, useRuns } from "../plans";
import { showProposal, useShownProposal } from "../select";
import { useMay } from "../session";
import { onCtrlEnter } from "./ctrl-enter";
import { NewRun } from "./new-run";
import { Refused } from "./refused";
import { RunRow } from "./runs";
import { joined, nothingWaits, openOf, purchase, sameOpen, touching } from "./said";
import { TEXTS } from "./texts";
import { useDecision } from "./use-decision";
import { useSpeaker } from "./use-speaker";
import "./proposals.css";

export function ProposalStrip(): ReactElement {
  const speaker = useSpeaker();
  const { words } = speaker;
  const [, go] = useLocation();
  const client = useQueryClient();
  const waiting = usePlans("draft").data;
  const drafts = waiting ?? [];
  const run = useRuns().data?.find(isUnderWay);
  const open = useBoardPart(openOf, sameOpen);
  const [at, setAt] = useState(0);
  const [running, setRunning] = useState(false);
  const draft = drafts[at % Math.max(1, drafts.length)];
  const plan = usePlan(draft?.id ?? null).data;
  const following = (at + 1) % Math.max(1, drafts.length);
  // Read ahead: who looks at the next one can approve it at once, and no key is pressed in vain while it is fetched.
  usePlan(drafts.length > 1 ? (drafts[following]?.id ?? null) : null);
  const decision = useDecision();
  const shown = useShownProposal();
  const mayApprove = useMay("approve plans");
  const mayStart = useMay("start planning runs");
  usePlansFollowBoard();

  // What is shown is over once it does not wait any more.
  const gone = shown !== null && waiting !== undefined && !drafts.some((one) => one.id === shown);
  useEffect(() => {
    if (gone) showProposal(null);
  }, [gone]);

  const ready = plan !== undefined && draft !== undefined && plan.status === "draft";
  const approve = async (edition?: number): Promise<void> => {
    if (plan !== undefined) await decision.approve(plan, null, edition);
  };
  const turn = (): void => showProposal(draft === undefined || shown === draft.id ? null : draft.id);
  const closer = (): void => go(draft === undefined ? "/proposals" : `/proposals/${draft.id}`);
  const next = (): void => {
    setAt(following);
    if (shown !== null) showProposal(drafts[following]?.id ?? null);
  };
  useCommand({ id: "proposals.approve", title: TEXTS["proposals.command.approve"], key: "ctrl+enter", when: () => ready && mayApprove, run: () => void approve() });
  useCommand({ id: "proposals.show", title: TEXTS["proposals.command.show"], key: "p s", when: () => draft !== undefined, run: turn });
  useCommand({ id: "proposals.part", title: TEXTS["proposals.command.part"], key: "p p", when: () => draft !== undefined, run: closer });
  useCommand({ id: "proposals.next", title: TEXTS["proposals.command.next"], key: "p n", when: () => drafts.length > 1, run: next });
  useCommand({ id: "proposals.run", title: TEXTS["proposals.command.run"], key: "p r", when: () => mayStart, run: () => setRunning(true) });

  const buys = ready ? bought(plan.difference) : null;
  const said = buys === null ? "" : joined([...purchase(buys, speaker), touching(buys, speaker)], words.language);
  return (
    <section className="proposals-strip" onKeyDownCapture={onCtrlEnter(ready && mayApprove ? () => void approve() : null)} aria-label={words.say("proposals.strip")} data-shown={(draft !== undefined && shown === draft.id) || undefined}>
      <Refused
        refusal={decision.refusal}
        waiting={decision.doing === "approving"}
        onAgain={plan?.id === decision.refused ? (edition) => void approve(edition) : null}
        onRead={() => {
          decision.dismiss();
          void client.invalidateQueries({ queryKey: PLANS });
        }}
        onDismiss={decision.dismiss}
        onRun={() => setRunning(true)}
      />
      <div className="proposals-strip-line">
        {draft === undefined ? (
          <>
            <p className="proposals-strip-said">
              {waiting !== undefined && nothingWaits(open, words)} <span className="proposals-muted">{waiting !== undefined && run === undefined && mayStart ? words.say("proposals.none.next") : ""}</span>
            </p>
            {run === undefined && mayStart && (
              <Button size="small" icon="play" onPress={() => setRunning(true)}>
                {words.say("proposals.run.new")}
              </Button>
            )}
          </>
        ) : (
          <>
            <p className="proposals-strip-said" role="status" title={said}>
              <b>{words.say("proposals.strip.name", { time: words.time(draft.created_at) })}</b>{" "}
              {said}
            </p>
            <div className="proposals-buttons">
              {drafts.length > 1 && <IconButton size="small" icon="right" label={`${words.say("proposals.next")} (${words.say("proposals.more", { n: drafts.length - 1 })})`} onPress={next} />}
              <Tip text={words.say("proposals.see.long")} keys="p s">
                <Button size="small" icon="eye" onPress={turn} aria-pressed={shown === draft.id}>
                  {words.say("proposals.see")}
                </Button>
              </Tip>
              {draft.based_on !== null && (
                <Tip text={words.say("proposals.compare.long")}>
                  <Button size="small" icon="compare" onPress={() => go(`/compare/${draft.based_on ?? ""}/${draft.id}`)}>
                    {words.say("proposals.compare")}
                  </Button>
                </Tip>
              )}
              <Tip text={words.say("proposals.part.long")} keys="p p">
                <Button size="small" onPress={closer}>
                  {words.say("proposals.part")}
                </Button>
              </Tip>
              {mayApprove && (
                <Button size="small" kind="main" keys="ctrl+enter" waiting={decision.doing === "approving"} isDisabled={!ready} onPress={() => void approve()}>
                  {words.say(decision.doing === "approving" ? "proposals.approving" : "proposals.approve")}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
      {run !== undefined && (
        <ul className="proposals-strip-run">
          <RunRow run={run} />
        </ul>
      )}
      {running && <NewRun onClose={() => setRunning(false)} />}
    </section>
  );
}
