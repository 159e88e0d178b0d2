/** Saved views: a filter with a name, of one's own or shared with everybody. */

import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { ask, change } from "../request";
import type { Filter } from "./filter";

export interface SavedView {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly what: { readonly filter?: Partial<Filter>; readonly panes?: unknown; readonly [part: string]: unknown };
  readonly shared: boolean;
  /** Whether it is the reader's, who may remove it. */
  readonly own: boolean;
  /** Whose it is, by name. */
  readonly owner: string;
}

const PATH = "/api/v1/views";
const KEY = ["views"] as const;

export function useViews(): UseQueryResult<readonly SavedView[]> {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const { items } = await ask<{ items: SavedView[] }>(PATH, { limit: 200 }, signal);
      return items;
    },
  });
}

export async function saveView(name: string, what: SavedView["what"], shared: boolean): Promise<void> {
  await change("POST", PATH, { name, what, shared });
}

export async function deleteView(id: string): Promise<void> {
  await change("DELETE", `${PATH}/${id}`);
}

/** Read the views again, as after one was saved. */
export function useReadViewsAgain(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: KEY });
}
