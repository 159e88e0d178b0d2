import type { PlanSummary } from "../plans";
import type { Words } from "../words";
import type { Key } from "./texts";

/** What people call a plan: its edition and when it was published, or when it was proposed. */
export function planName({ edition, created_at, published_at }: Pick<PlanSummary, "edition" | "created_at" | "published_at">, words: Words<Key>): string {
  if (edition === null) return words.say("proposals.name", { time: words.time(created_at) });
  return words.say("proposals.plan.name", { edition, time: words.time(published_at ?? created_at) });
}
