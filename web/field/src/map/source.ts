/** What maps are drawn from, as the server said last. */

import type { MapSource } from "@fieldwright/shared/map/base";
import { json } from "../access/request";
import { recall, remember } from "../store/meta";
import { isUnanswered } from "../work/unanswered";

export type { MapSource };

/** Ask the server, and remember its answer; without a network what it said last, null where it never did. */
export async function mapSource(): Promise<MapSource | null> {
  try {
    const source = await json<MapSource>("/api/v1/map/source");
    await remember("map", source);
    return source;
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return (await recall("map")) ?? null;
  }
}
