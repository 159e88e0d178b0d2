/** Lists that come in pages, and going on along their `next`. */

import { useInfiniteQuery, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ask, type Query } from "../../request";

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly next?: string | null;
}

export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly error: unknown;
  readonly waiting: boolean;
  readonly more: boolean;
  readonly fetchMore: () => void;
  readonly fetchingMore: boolean;
  readonly again: () => void;
}

/** Everything that is asked of the office under one roof, so that a change makes it be asked again. */
export function keyOf(path: string, query: Query = {}): readonly unknown[] {
  return ["office", path, query];
}

export function useListed<Row>(path: string, query: Query, enabled = true): Listed<Row> {
  const found = useInfiniteQuery({
    queryKey: keyOf(path, query),
    enabled,
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      pageParam === "" ? ask<Page<Row>>(path, query, signal) : ask<Page<Row>>(pageParam, {}, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  });
  return {
    rows: found.data?.pages.flatMap((page) => page.items) ?? [],
    error: found.error,
    waiting: found.isPending && enabled,
    more: found.hasNextPage,
    fetchMore: () => void found.fetchNextPage(),
    fetchingMore: found.isFetchingNextPage,
    again: () => void found.refetch(),
  };
}

const MOST_PAGES = 40;

/** All of a list, page after page: for what is drawn whole, such as a calendar. */
export async function everyPage<Row>(path: string, query: Query, signal?: AbortSignal): Promise<readonly Row[]> {
  let page = await ask<Page<Row>>(path, { limit: 500, ...query }, signal);
  const rows = [...page.items];
  for (let count = 1; page.next != null && count < MOST_PAGES; count++) {
    page = await ask<Page<Row>>(page.next, {}, signal);
    rows.push(...page.items);
  }
  return rows;
}

export function useEvery<Row>(path: string, query: Query = {}, enabled = true): UseQueryResult<readonly Row[]> {
  return useQuery({
    queryKey: [...keyOf(path, query), "every"],
    enabled,
    queryFn: ({ signal }) => everyPage<Row>(path, query, signal),
    placeholderData: (before) => before,
  });
}

export function useOne<Row>(path: string | null): UseQueryResult<Row> {
  return useQuery({
    queryKey: keyOf(path ?? "", {}),
    enabled: path !== null,
    queryFn: ({ signal }) => ask<Row>(path ?? "", {}, signal),
  });
}
