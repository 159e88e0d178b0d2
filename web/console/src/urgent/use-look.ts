/**
 * Who could come, asked again as time goes on: somebody who is near now is elsewhere in a minute. What was said of another
 * place or another kind of work is never shown: whoever is best there may not even be able to come here.
 */

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { send } from "@fieldwright/shared/api";
import { type AtHand, type Form, lookOf, type MadeWay } from "./form";

const AGAIN_MS = 20_000;
const WAYS_AGAIN_MS = 60_000;

export function useLook(form: Form): UseQueryResult<AtHand> {
  const asked = lookOf(form);
  return useQuery({
    queryKey: ["urgent", "look", asked],
    enabled: asked !== null && form.taken === null,
    // What was sent stands as it was until it is known what became of it.
    refetchInterval: form.attempted ? false : AGAIN_MS,
    queryFn: ({ signal }) => looked<AtHand>("/api/v1/emergencies/look", asked, signal),
  });
}

/** Who could come sooner if a visit gave way: asked only where something critical comes late whoever goes. */
export function useMadeWays(form: Form, data: AtHand | undefined): UseQueryResult<readonly MadeWay[]> {
  const asked = lookOf(form);
  const late = data !== undefined && data.priority === "critical" && data.candidates.every((one) => one.late_by > 0);
  return useQuery({
    queryKey: ["urgent", "ways", asked],
    enabled: asked !== null && late && form.taken === null,
    refetchInterval: form.attempted ? false : WAYS_AGAIN_MS,
    queryFn: ({ signal }) => looked<readonly MadeWay[]>("/api/v1/emergencies/look/making-way", asked, signal),
  });
}

/** It writes nothing: no key, and nothing to be repeated. */
async function looked<Answer>(path: string, asked: unknown, signal: AbortSignal): Promise<Answer> {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked), signal };
  return (await (await send(path, options)).json()) as Answer;
}
