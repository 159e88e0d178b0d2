/** The request that takes shifts away again, all of them or none. */

import type { Kept } from "../../undo";

export function removalOf(made: readonly { readonly id: string }[]): Kept {
  return { method: "POST", path: "/api/v1/shifts/remove", body: { shifts: made.map(({ id }) => id) } };
}
