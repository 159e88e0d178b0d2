/** Asking why: tried out by the server with everybody, on the plan as it is published now. */

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useBoardPart, useVisit } from "../live";
import type { Why } from "../plans";
import { ask } from "../request";
import { useReading } from "../words";

export function useWhy(visit: string): UseQueryResult<Why> {
  const { language } = useReading();
  const edition = useBoardPart((board) => board?.edition ?? 0);
  const status = useVisit(visit)?.status;
  return useQuery<Why>({
    queryKey: ["why", visit, edition, status, language],
    // The last answer stays until the next is there, but never one about another visit.
    placeholderData: (before) => (before?.visit === visit ? before : undefined),
    staleTime: 30_000,
    retry: false,
    queryFn: ({ signal }) => ask<Why>(`/api/v1/plans/today/visits/${visit}/why`, { language }, signal),
  });
}
