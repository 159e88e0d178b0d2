/** Questions to the server whose answers are nice to have: why none came, and when that is no fault of ours. */

import { Refused, Unreachable } from "@fieldwright/shared/api";
import { Revoked, SignedOut } from "../access/request";

/** Whether nobody answers, or not to this phone. What ends a session, synchronising tells; here one goes on without. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Unreachable || error instanceof Refused || error instanceof SignedOut || error instanceof Revoked;
}
