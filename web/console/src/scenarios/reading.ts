/** Scenarios as the server has them, read once for everybody who shows them. */

import { hashKey, keepPreviousData, type QueryKey, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { send } from "@fieldwright/shared/api";
import { ask, type Shape } from "../request";
import { useReading } from "../words";
import type { Situation } from "./document";

export type Kept = Shape<"ScenarioShape">;
export type Outcome = Shape<"OutcomeShape">;
export type Figure = Shape<"FigureShape">;
export type Interval = Shape<"IntervalShape">;
export type Looked = Shape<"SituationShape">;
export type Form = Shape<"FormShape">;
export type Kpi = Shape<"KpiShape">;
export type Swept = Shape<"SweepShape">;
export type Staffed = Shape<"StaffingShape">;
export type Valued = Shape<"WorthShape">;
export type Replayed = Shape<"ReplayShape">;
export type Publication = Shape<"PublicationShape">;

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next?: string | null;
}

/** While one is under way it is asked so often (ms), else so often. */
const GOING_MS = 1000;
const IDLE_MS = 30_000;

export const SCENARIOS = ["scenarios"] as const;

/**
 * What is read in a language. In another one it is read anew, and until it is there what was read before stands: else what
 * is being written beside it would go with it.
 */
function spoken(about: QueryKey, language: string): Spoken {
  return {
    queryKey: [...about, language],
    placeholderData: (data, query) => (query !== undefined && hashKey(query.queryKey.slice(0, -1)) === hashKey(about) ? data : undefined),
  };
}

interface Spoken {
  readonly queryKey: QueryKey;
  readonly placeholderData: <Data>(data: Data | undefined, query: { readonly queryKey: QueryKey } | undefined) => Data | undefined;
}

export function isUnderWay(one: Pick<Kept, "status">): boolean {
  return one.status === "queued" || one.status === "running";
}

export function useScenarios(): UseQueryResult<readonly Kept[]> {
  const { language } = useReading();
  return useQuery<readonly Kept[]>({
    queryKey: [...SCENARIOS, "list", language],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? GOING_MS : IDLE_MS),
    queryFn: async ({ signal }) => (await ask<Page<Kept>>("/api/v1/scenarios", { limit: 200 }, signal)).items,
  });
}

export function useScenario(id: string | null): UseQueryResult<Kept> {
  const { language } = useReading();
  return useQuery<Kept>({
    ...spoken([...SCENARIOS, "one", id], language),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? GOING_MS : IDLE_MS),
    queryFn: ({ signal }) => ask<Kept>(`/api/v1/scenarios/${id ?? ""}`, {}, signal),
  });
}

/** What came of it; it does not change any more. */
export function useOutcome(one: Kept | undefined): UseQueryResult<Outcome> {
  const { language } = useReading();
  return useQuery<Outcome>({
    ...spoken([...SCENARIOS, "outcome", one?.id], language),
    enabled: one?.status === "done" && one.asks === "effect",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => ask<Outcome>(`/api/v1/scenarios/${one?.id ?? ""}/outcome`, {}, signal),
  });
}

/** What came of another question: its answer is read under its name. */
export function useAnswer<Answer>(one: Kept): UseQueryResult<Answer> {
  const { language } = useReading();
  return useQuery<Answer>({
    ...spoken([...SCENARIOS, one.asks, one.id], language),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await ask<unknown>(`/api/v1/scenarios/${one.id}/${one.asks}`, {}, signal)) as Answer,
  });
}

export function useCompared(ids: readonly string[]): UseQueryResult<Outcome> {
  const { language } = useReading();
  return useQuery<Outcome>({
    ...spoken([...SCENARIOS, "compared", ids], language),
    queryFn: ({ signal }) => ask<Outcome>("/api/v1/scenarios/compared", { scenario: ids }, signal),
  });
}

export function useForm(): UseQueryResult<Form> {
  const { language } = useReading();
  return useQuery<Form>({ ...spoken([...SCENARIOS, "form"], language), queryFn: ({ signal }) => ask<Form>("/api/v1/scenarios/form", {}, signal) });
}

/** Who works in a situation; one of the operation is there once it was taken. */
export function useLooked(situation: Situation): UseQueryResult<Looked> {
  const { language } = useReading();
  const named = situation.kind === "taken" ? situation : { ...situation, digest: undefined };
  return useQuery<Looked>({
    queryKey: [...SCENARIOS, "look", JSON.stringify(named), language],
    enabled: situation.kind !== "taken" || situation.digest !== "",
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    // It writes nothing: no key, and nothing to be repeated.
    queryFn: async ({ signal }) => {
      const headers = { "Content-Type": "application/json", "Accept-Language": language };
      const answer = await send("/api/v1/scenarios/look", { method: "POST", headers, body: JSON.stringify({ situation: named }), signal });
      return (await answer.json()) as Looked;
    },
  });
}

export function usePublication(id: string, since: string): UseQueryResult<Publication> {
  const { language } = useReading();
  return useQuery<Publication>({
    ...spoken([...SCENARIOS, "publication", id, since], language),
    enabled: since !== "",
    queryFn: ({ signal }) => ask<Publication>(`/api/v1/scenarios/${id}/publication`, { since }, signal),
  });
}
