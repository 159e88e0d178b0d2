/** Who could come, asked again as time goes on: somebody who is near now is elsewhere in a minute. */

import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { send } from "@fieldwright/shared/api";
import { type AtHand, type Form, lookOf } from "./form";

const AGAIN_MS = 20_000;

export function useLook(form: Form): UseQueryResult<AtHand> {
  const asked = lookOf(form);
  return useQuery({
    queryKey: ["urgent", "look", asked],
    enabled: asked !== null && form.taken === null,
    // What was sent stands as it was until it is known what became of it.
    refetchInterval: form.attempted ? false : AGAIN_MS,
    placeholderData: keepPreviousData,
    // It writes nothing: no key, and nothing to be repeated.
    queryFn: async ({ signal }) => {
      const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked), signal };
      return (await (await send("/api/v1/emergencies/look", options)).json()) as AtHand;
    },
  });
}
