/** Plans, drafts and runs as the server has them, read once for everybody who shows them. */

import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { useBoardPart } from "../live";
import { ask, type Shape } from "../request";
import { planDocument, type PlanDocument } from "./document";

export type PlanSummary = Shape<"PlanSummary">;
export type Run = Shape<"RunShape">;
type Drawing = Shape<"DrawingShape">;

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next?: string | null;
}

/** A run reports so often what it has found; while one is under way it is asked so often (ms). */
const RUN_MS = 1000;
/** Without a change on the board that tells, plans are looked at so often (ms). */
const IDLE_MS = 30_000;

export const PLANS = ["plans"] as const;

export function usePlan(id: string | null): UseQueryResult<PlanDocument> {
  return useQuery({
    queryKey: [...PLANS, "one", id],
    enabled: id !== null,
    queryFn: async ({ signal }) => planDocument(await ask<Shape<"PlanShape">>(`/api/v1/plans/${id ?? ""}`, {}, signal)),
  });
}

/** The ways of a plan as they would be driven. */
export function usePlanRoutes(id: string | null): UseQueryResult<Drawing> {
  return useQuery({
    queryKey: [...PLANS, "routes", id],
    enabled: id !== null,
    staleTime: IDLE_MS,
    queryFn: ({ signal }) => ask<Drawing>(`/api/v1/plans/${id ?? ""}/routes`, {}, signal),
  });
}

/** Plans, the latest first; of one status or of any. */
export function usePlans(status?: "draft" | "published" | "superseded" | "rejected", limit = 50): UseQueryResult<readonly PlanSummary[]> {
  return useQuery({
    queryKey: [...PLANS, "list", status ?? "", limit],
    placeholderData: keepPreviousData,
    refetchInterval: IDLE_MS,
    queryFn: async ({ signal }) => (await ask<Page<PlanSummary>>("/api/v1/plans", { status, limit }, signal)).items,
  });
}

/** Planning runs, the latest first; asked for often while one is under way. */
export function useRuns(limit = 20): UseQueryResult<readonly Run[]> {
  return useQuery<readonly Run[]>({
    queryKey: ["runs", limit],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? RUN_MS : IDLE_MS),
    queryFn: async ({ signal }) => (await ask<Page<Run>>("/api/v1/runs", { limit }, signal)).items,
  });
}

export function isUnderWay(run: Run): boolean {
  return run.status === "queued" || run.status === "running";
}

/** Read plans and runs again whenever the board says that there is another edition or another number of drafts. */
export function usePlansFollowBoard(): void {
  const client = useQueryClient();
  const mark = useBoardPart((board) => (board === undefined ? "" : `${board.edition} ${board.drafts}`));
  useEffect(() => {
    void client.invalidateQueries({ queryKey: PLANS });
    void client.invalidateQueries({ queryKey: ["runs"] });
  }, [client, mark]);
}
