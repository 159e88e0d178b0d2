/** A conversation as the server has it, read again when the board says that something about its job has changed. */

import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { useBoardPart } from "../live";
import { ask, change, type Shape } from "../request";

export type Conversation = Shape<"ConversationShape">;
export type Said = Conversation["messages"][number];
export type Told = Conversation["told"][number];

/** What the board does not tell, such as that the technician has seen a message, is asked for so often (ms). */
const AGAIN_MS = 10_000;

const keyOf = (job: string): readonly string[] => ["talk", job];

export function useConversation(job: string): UseQueryResult<Conversation> {
  const client = useQueryClient();
  const mark = useBoardPart((board) => board?.visits.filter((one) => one.job === job).map((one) => `${one.version} ${one.unread}`).join() ?? "");
  useEffect(() => {
    void client.invalidateQueries({ queryKey: keyOf(job) });
  }, [client, job, mark]);
  return useQuery({
    queryKey: keyOf(job),
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => ask<Conversation>(`/api/v1/jobs/${job}/messages`, {}, signal),
  });
}

/** Say something; the conversation is shown with it at once. `key`: the same words sent twice are said once. */
export function useSaying(job: string): (text: string, to: "note" | "technician", key: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (text, to, key) => {
      const { body } = await change<Conversation>("POST", `/api/v1/jobs/${job}/messages`, { text, to }, { key });
      // What was asked for before it was said does not have it, and may be answered later.
      await client.cancelQueries({ queryKey: keyOf(job) });
      client.setQueryData(keyOf(job), body);
    },
    [client, job],
  );
}

/** What technicians said, up to a message, is no news any more for anybody in the office. */
export function useReading(job: string): (until: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (until) => {
      await change<Conversation>("POST", `/api/v1/jobs/${job}/messages/read`, { until });
      // Something may have been said meanwhile that its answer does not have.
      await client.invalidateQueries({ queryKey: keyOf(job) });
    },
    [client, job],
  );
}
