/** Deciding about a proposal: approving all or some of it, rejecting it; and what becomes of a refusal. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { live } from "../live";
import { tell } from "../notices";
import { PLANS, type PlanDocument, type PlanSummary } from "../plans";
import { change } from "../request";
import { showProposal } from "../select";
import { didPublish } from "../undo";
import { useWords } from "../words";
import { type Refusal, refusalOf } from "./refusal";
import { TEXTS } from "./texts";

const NOT_REFUSED = { refusal: null, refused: null } as const;

type Decidable = Pick<PlanDocument, "id" | "version" | "created_at">;

export interface Decision {
  readonly doing: "nothing" | "approving" | "rejecting";
  readonly refusal: Refusal | null;
  /** The proposal that was refused: approving it again is said of no other. */
  readonly refused: string | null;
  /** Approve these groups (null: all of it); `edition`: on the plan of that edition, which the approver has seen. */
  readonly approve: (plan: Decidable, clusters: readonly string[] | null, edition?: number) => Promise<PlanSummary | null>;
  readonly reject: (plan: Decidable) => Promise<boolean>;
  readonly dismiss: () => void;
  /** Something else about a proposal was refused, for the same reasons. */
  readonly told: (plan: Decidable, refusal: Refusal) => void;
}

/** One decision at a time: what is asked for while another is under way, as by a key that is pressed twice, is not asked. */
export function useDecision(): Decision {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const [doing, setDoing] = useState<Decision["doing"]>("nothing");
  const [{ refusal, refused }, setRefusal] = useState<Pick<Decision, "refusal" | "refused">>(NOT_REFUSED);
  const busy = useRef(false);

  const decided = useCallback(async (): Promise<void> => {
    showProposal(null);
    live.hurry();
    await client.invalidateQueries({ queryKey: PLANS });
  }, [client]);

  const approve = useCallback(
    async (plan: Decidable, clusters: readonly string[] | null, edition?: number): Promise<PlanSummary | null> => {
      if (busy.current) return null;
      busy.current = true;
      setDoing("approving");
      try {
        const approval = { ...(clusters === null ? {} : { clusters }), ...(edition === undefined ? {} : { expected_edition: edition }) };
        const { body } = await change<PlanSummary>("POST", `/api/v1/plans/${plan.id}/approve`, approval, { ifMatch: plan.version });
        setRefusal(NOT_REFUSED);
        tell(words.say("proposals.approved", { edition: body.edition ?? 0 }));
        didPublish(words.say("proposals.approved.undo", { time: words.time(plan.created_at) }), body.id);
        await decided();
        return body;
      } catch (error) {
        setRefusal({ refusal: refusalOf(error), refused: plan.id });
        // What the server knows by now is shown at once, beside what it said.
        live.hurry();
        return null;
      } finally {
        busy.current = false;
        setDoing("nothing");
      }
    },
    [decided, words],
  );

  const reject = useCallback(
    async (plan: Decidable): Promise<boolean> => {
      if (busy.current) return false;
      busy.current = true;
      setDoing("rejecting");
      try {
        await change("POST", `/api/v1/plans/${plan.id}/reject`, { because: "" }, { ifMatch: plan.version });
        setRefusal(NOT_REFUSED);
        tell(words.say("proposals.rejected"));
        await decided();
        return true;
      } catch (error) {
        setRefusal({ refusal: refusalOf(error), refused: plan.id });
        return false;
      } finally {
        busy.current = false;
        setDoing("nothing");
      }
    },
    [decided, words],
  );

  return {
    doing,
    refusal,
    refused,
    approve,
    reject,
    dismiss: useCallback(() => setRefusal(NOT_REFUSED), []),
    told: useCallback((plan, told) => setRefusal({ refusal: told, refused: plan.id }), []),
  };
}
