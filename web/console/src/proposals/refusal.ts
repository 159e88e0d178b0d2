/** Why an approval was refused, as what a person can do about it. */

import { Refused } from "../request";

/** One thing that happened since the proposal was made or read. */
export interface Happened {
  readonly at: string;
  readonly by: string;
  readonly event: string;
  readonly number?: string;
  readonly action?: string;
  readonly edition?: number;
}

/** What was done to the draft itself: column, from, to, by whom and when. */
export interface Touched {
  readonly from: unknown;
  readonly to: unknown;
  readonly by: string;
  readonly at: string;
}

export type Refusal =
  /** Another plan was published: approve again on that one. */
  | { readonly kind: "overtaken"; readonly edition: number; readonly expected: number; readonly changes: number; readonly changed: readonly Happened[] }
  /** Somebody edited the draft: read it again first. */
  | { readonly kind: "edited"; readonly changed: Readonly<Record<string, Touched>> }
  /** Somebody decided about it already; or the program did, for the draft `replacedBy`. */
  | { readonly kind: "decided"; readonly status: string; readonly by: Touched | null; readonly replacedBy: string | null }
  /** Too much has happened: only a new run helps. */
  | { readonly kind: "nothing-left"; readonly changes: number; readonly changed: readonly Happened[] }
  /** Anything else, in the server's own words. */
  | { readonly kind: "other"; readonly error: unknown };

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Refused)) return { kind: "other", error };
  const { status, problem } = error;
  const code = String(problem.type ?? "").split(":").at(-1);
  const happened = (Array.isArray(problem.changed) ? problem.changed : []) as readonly Happened[];
  const changes = Number(problem.changes ?? happened.length);
  const touched = (problem.changed !== null && typeof problem.changed === "object" ? problem.changed : {}) as Readonly<Record<string, Touched>>;
  if (code === "overtaken") {
    return { kind: "overtaken", edition: Number(problem.edition), expected: Number(problem.expected), changes, changed: happened };
  }
  if (code === "nothing-left") return { kind: "nothing-left", changes, changed: happened };
  if (status === 412) return { kind: "edited", changed: touched };
  if (status === 409 && touched.status !== undefined) {
    const replacedBy = typeof problem.replaced_by === "string" ? problem.replaced_by : null;
    return { kind: "decided", status: String(touched.status.to), by: touched.status, replacedBy };
  }
  return { kind: "other", error };
}
