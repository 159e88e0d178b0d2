/** What was read from the server, kept while it is of use, and read anew once it may have changed. */

import { type InvalidateOptions, type InvalidateQueryFilters, type Query, QueryClient, type QueryKey } from "@tanstack/react-query";
import { Refused } from "./request";

/** So long (ms) nobody asks again for what was just read. */
const FRESH_MS = 15_000;
const REPEATS = 2;

/**
 * A first answer that is on its way when something changes was asked for before: once it is there it is asked for anew.
 * The library gives later answers up by itself but takes the first one for fresh, and it would be believed until somebody
 * asks again. It is not given up here either: on a busy day something changes all the time, and nothing would be seen.
 */
class Fresh extends QueryClient {
  readonly #again = new Set<Query>();

  override async invalidateQueries<Key extends QueryKey = QueryKey>(filters?: InvalidateQueryFilters<Key>, options?: InvalidateOptions): Promise<void> {
    const first = this.getQueryCache()
      .findAll({ ...filters, fetchStatus: "fetching" } as InvalidateQueryFilters)
      .filter((query) => query.state.data === undefined && !this.#again.has(query));
    for (const query of first) this.#again.add(query);
    try {
      await super.invalidateQueries(filters, options);
    } finally {
      for (const query of first) this.#again.delete(query);
    }
    if (first.length > 0) await super.invalidateQueries({ predicate: (query) => first.includes(query) }, options);
  }
}

/** What was refused is not asked again: it would be refused again. */
export function queryClient(): QueryClient {
  const retry = (count: number, error: unknown): boolean => !(error instanceof Refused) && count < REPEATS;
  return new Fresh({ defaultOptions: { queries: { staleTime: FRESH_MS, retry, refetchOnWindowFocus: true } } });
}
