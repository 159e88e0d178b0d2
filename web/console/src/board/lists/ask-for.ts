/** A list that somebody wants to see, from anywhere: it is opened, and the keys go there. */

import { Cell } from "../../select/store";
import type { ListKind } from "./visit-row";

export const asked = new Cell<ListKind | null>(null);

export function askFor(kind: ListKind): void {
  asked.set(null);
  asked.set(kind);
}
