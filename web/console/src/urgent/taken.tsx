/** What becomes of an emergency that was taken in: who has it, or the proposal that waits, approved with the same key. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { live, useBoardPart } from "../live";
import { Button, Problem, Sentence, Waiting } from "../pieces";
import { PLANS, type PlanDocument, usePlan, usePlans, usePlansFollowBoard } from "../plans";
import { ask, change, type Shape } from "../request";
import { select } from "../select";
import { useMay } from "../session";
import { Conversation } from "../talk";
import { Proposal } from "../whole";
import { useWords } from "../words";
import type { Taken as TakenIn } from "./form";
import { TEXTS } from "./texts";

type VisitRow = Shape<"VisitShape">;

const AGAIN_MS = 1000;
/** After so long it is no longer called quick (ms). */
const SLOW_MS = 15_000;

interface Props {
  readonly taken: TakenIn;
  readonly onNext: () => void;
}

export function Taken({ taken, onNext }: Props): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const name = useBoardPart((board) => board?.technicianById);
  const { data: visit } = useQuery<VisitRow>({
    queryKey: ["urgent", "visit", taken.visit],
    refetchInterval: ({ state }) => ((state.data?.planned?.length ?? 0) > 0 ? 10_000 : AGAIN_MS),
    queryFn: ({ signal }) => ask<VisitRow>(`/api/v1/visits/${taken.visit}`, {}, signal),
  });
  const first = visit?.planned?.[0];
  const draft = useDraftOf(taken, first === undefined);
  const slow = useSlow(taken.visit);
  const open = (): void => {
    select({ kind: "visit", id: taken.visit });
    go(`/board/visit/${taken.visit}`);
  };
  return (
    <section className="urgent-taken" aria-label={words.say("urgent.taken", { number: taken.number })}>
      <h2 tabIndex={-1}>{words.say("urgent.taken", { number: taken.number })}</h2>
      <div aria-live="polite" className="urgent-became">
        {taken.choice?.kind === "slot" && (
          <Sentence tone="good">{words.say("urgent.taken.slot", { earliest: words.time(taken.choice.earliest), latest: words.time(taken.choice.latest) })}</Sentence>
        )}
        {first !== undefined ? (
          <Sentence tone="good">
            {words.say("urgent.taken.planned", { name: name?.get(first.technician_id)?.name ?? "", time: words.time(first.arrival) })}
          </Sentence>
        ) : draft !== undefined ? (
          <Deciding plan={draft} taken={taken} />
        ) : slow ? (
          <Sentence tone="warning">{words.say("urgent.taken.slow")}</Sentence>
        ) : (
          <Waiting>{words.say("urgent.taken.looking")}</Waiting>
        )}
        {taken.choice?.kind === "person" && taken.notGiven !== undefined && first === undefined && (
          <Sentence tone="warning">{words.say("urgent.taken.not-given", { name: taken.choice.name, why: taken.notGiven })}</Sentence>
        )}
        {taken.choice?.kind === "person" && (first !== undefined || taken.notGiven !== undefined) && <Sentence>{words.say("urgent.taken.pinned")}</Sentence>}
        {taken.duplicateOf !== null && (
          <Sentence tone="warning">
            {words.say("urgent.duplicate")}{" "}
            <button type="button" className="urgent-to" onClick={() => go(`/board/job/${taken.duplicateOf ?? ""}`)}>
              {words.say("urgent.duplicate.open")}
            </button>
          </Sentence>
        )}
      </div>
      <div className="urgent-buttons">
        <Button onPress={open}>{words.say("urgent.taken.open")}</Button>
        <Button kind="main" icon="plus" onPress={onNext}>
          {words.say("urgent.taken.next")}
        </Button>
      </div>
      <Conversation job={taken.job} />
    </section>
  );
}

/** A draft that gives the visit a place. */
function useDraftOf({ visit, since }: TakenIn, wanted: boolean): PlanDocument | undefined {
  usePlansFollowBoard();
  const client = useQueryClient();
  const drafts = usePlans("draft").data ?? [];
  useEffect(() => {
    if (!wanted) return undefined;
    const again = setInterval(() => void client.invalidateQueries({ queryKey: [...PLANS, "list"] }), 2 * AGAIN_MS);
    return () => clearInterval(again);
  }, [client, wanted]);
  const newest = drafts.find((one) => Date.parse(one.created_at) >= since);
  const plan = usePlan(wanted ? (newest?.id ?? null) : null).data;
  return plan?.difference.visits.some((one) => one.visit === visit && one.after !== null) === true ? plan : undefined;
}

/**
 * The proposal in place. Where somebody chose who is to come, and it moves nobody else, what was confirmed is that very
 * plan: it is approved without asking twice.
 */
function Deciding({ plan, taken }: { readonly plan: PlanDocument; readonly taken: TakenIn }): ReactElement {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const may = useMay("approve plans");
  const [error, setError] = useState<unknown>(null);
  const tried = useRef("");
  const mine = plan.difference.clusters.filter((one) => one.visits.includes(taken.visit));
  const after = plan.difference.visits.find((one) => one.visit === taken.visit)?.after;
  const asChosen = taken.choice?.kind === "person" && after?.technicians.includes(taken.choice.technician) === true && mine.every((one) => one.touched === 0);
  const unasked = may && asChosen;
  useEffect(() => {
    if (!unasked || tried.current === plan.id) return;
    tried.current = plan.id;
    change("POST", `/api/v1/plans/${plan.id}/approve`, { clusters: mine.map((one) => one.id) }, { ifMatch: plan.version, key: `approve-${plan.id}-${plan.version}` }).then(
      () => {
        live.hurry();
        void client.invalidateQueries({ queryKey: ["urgent", "visit", taken.visit] });
      },
      setError,
    );
  }, [unasked, plan.id]);
  if (unasked && error === null) return <Waiting>{words.say("urgent.taken.looking")}</Waiting>;
  return (
    <div className="whole-after">
      <h3>{words.say("urgent.taken.draft")}</h3>
      <Problem error={error} compact />
      <Proposal plan={plan} onDecided={() => void client.invalidateQueries({ queryKey: ["urgent", "visit", taken.visit] })} byKey />
    </div>
  );
}

function useSlow(of: string): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    const due = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(due);
  }, [of]);
  return slow;
}
