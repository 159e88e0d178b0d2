/** Doing what was answered to "why": moving a visit, or what frees it; shown by the board, and undone by Ctrl-Z. */

import { live } from "../live";
import { tell } from "../notices";
import type { Edit } from "../plans";
import { change, inLanguage } from "../request";
import { didPublish } from "../undo";

interface Published {
  readonly id: string;
}

export interface Move {
  readonly edits: readonly Edit[];
  /** The published plan that was asked about. */
  readonly edition: number | null;
  /** Over rules that may be set aside. */
  readonly anyway: boolean;
  /** What is done, as a sentence: said once it is, kept with the plan, and said again where it is undone. */
  readonly said: string;
}

/** Publish the plan in force with these edits. Throws what the server refuses. */
export async function move({ edits, edition, anyway, said }: Move): Promise<void> {
  const asked = { edits, because: said, anyway, expected_edition: edition };
  const { body } = await change<Published>("POST", inLanguage("/api/v1/plans/today/move"), asked);
  happened(body.id, said);
}

/** Do what frees a visit that nobody has. Throws what the server refuses. */
export async function free(visit: string, apply: Readonly<Record<string, unknown>>, edition: number | null, said: string): Promise<void> {
  const asked = { ...apply, expected_edition: edition };
  const { body } = await change<Published>("POST", inLanguage(`/api/v1/plans/today/visits/${visit}/free`), asked);
  happened(body.id, said);
}

function happened(plan: string, said: string): void {
  tell(said);
  live.hurry();
  didPublish(said, plan);
}
