/** What becomes of the day after something happened: the proposal that answers it, in place, with what it buys. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link, useLocation } from "wouter";
import { useCommand } from "../commands";
import { live, useBoardPart } from "../live";
import { Button, IconButton, Problem, Sentence, useSpan, Waiting } from "../pieces";
import { type Bought, bought, isUnderWay, PLANS, type PlanDocument, usePlan, usePlans, usePlansFollowBoard, useRuns } from "../plans";
import { change } from "../request";
import { showProposal } from "../select";
import { useMay } from "../session";
import { useWords } from "../words";
import { TEXTS } from "./texts";

interface Props {
  /** By the operation's clock, in milliseconds: what was proposed after it answers what happened. */
  readonly since: number;
  readonly onClose: () => void;
}

const SENTENCES = 4;

export function Aftermath({ since, onClose }: Props): ReactElement {
  const words = useWords(TEXTS);
  usePlansFollowBoard();
  const edition = useBoardPart((board) => board?.edition ?? 0);
  const [first] = useState(edition);
  const drafts = usePlans("draft").data ?? [];
  const runs = useRuns().data ?? [];
  const mine = drafts.find((one) => Date.parse(one.created_at) >= since);
  const plan = usePlan(mine?.id ?? null).data;
  const answered = runs.some((one) => !isUnderWay(one) && Date.parse(one.created_at) >= since);
  return (
    <section className="whole-after" aria-label={words.say("whole.after")} aria-live="polite">
      <h3>
        {words.say(plan === undefined ? "whole.after" : "whole.after.draft")}
        <IconButton icon="close" size="small" label={words.say("whole.cancel")} onPress={onClose} />
      </h3>
      {plan !== undefined ? (
        <Proposal plan={plan} onDecided={onClose} />
      ) : edition > first ? (
        <Sentence tone="good">{words.say("whole.after.published", { edition })}</Sentence>
      ) : answered ? (
        <Sentence>{words.say("whole.after.none")}</Sentence>
      ) : (
        <Waiting>{words.say("whole.after.looking")}</Waiting>
      )}
    </section>
  );
}

/** A draft with what it buys, to be approved where the eyes are. */
export function Proposal({ plan, onDecided, byKey = false }: {
  readonly plan: PlanDocument;
  readonly onDecided: () => void;
  /** Ctrl-Enter approves: only where nothing else on the page does so. */
  readonly byKey?: boolean;
}): ReactElement {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const may = useMay("approve plans");
  const [at, go] = useLocation();
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const approve = async (): Promise<void> => {
    setGoing(true);
    setError(null);
    try {
      await change("POST", `/api/v1/plans/${plan.id}/approve`, {}, { ifMatch: plan.version });
      showProposal(null);
      live.hurry();
      await client.invalidateQueries({ queryKey: PLANS });
      onDecided();
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(false);
    }
  };
  const show = (): void => {
    if (!at.startsWith("/board")) go("/board");
    showProposal(plan.id);
  };
  useCommand({ id: "whole.approve", title: TEXTS["whole.after.approve"], ...(byKey ? { key: "ctrl+enter" } : {}), when: () => may && !going, run: () => void approve() });
  return (
    <>
      <Buys buys={bought(plan.difference)} />
      <ul className="whole-lines">
        {plan.difference.sentences.slice(0, SENTENCES).map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <Problem error={error} compact />
      <div className="whole-steps">
        {may && (
          <Button kind="main" size="small" {...(byKey ? { keys: "ctrl+enter" } : {})} waiting={going} onPress={() => void approve()}>
            {words.say("whole.after.approve")}
          </Button>
        )}
        <Button size="small" onPress={show}>
          {words.say("whole.after.show")}
        </Button>
        <Link className="whole-link" href={`/proposals/${plan.id}`}>
          {words.say("whole.after.look")}
        </Link>
      </div>
    </>
  );
}

function Buys({ buys }: { readonly buys: Bought }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const said = [
    words.say("whole.after.touches", { n: buys.touched, people: buys.people }),
    buys.placed > 0 ? words.say("whole.after.places", { n: buys.placed }) : null,
    buys.kept > 0 ? words.say("whole.after.keeps", { n: buys.kept }) : null,
    buys.missed > 0 ? words.say("whole.after.misses", { n: buys.missed }) : null,
    buys.travel >= 60 ? words.say("whole.after.travel", { span: span(buys.travel) }) : null,
    buys.travel <= -60 ? words.say("whole.after.travel.more", { span: span(-buys.travel) }) : null,
  ];
  return <p className="whole-buys">{said.filter((one) => one !== null).join(" · ")}</p>;
}
