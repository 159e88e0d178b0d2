/** Who is signed in, and what they may do. */

import { createContext, useContext } from "react";
import type { Me } from "@fieldwright/shared/session";

export type { Me } from "@fieldwright/shared/session";

/** As dispatch/domain/roles.py names them. */
export type Right =
  | "read customers"
  | "write customers"
  | "read jobs"
  | "create jobs"
  | "change jobs"
  | "act on visits"
  | "book appointments"
  | "read people"
  | "write people"
  | "record absences"
  | "read plans"
  | "start planning runs"
  | "edit drafts"
  | "approve plans"
  | "read scenarios"
  | "run scenarios"
  | "read setup"
  | "write setup"
  | "manage users"
  | "read the audit trail"
  | "import"
  | "export"
  | "read events"
  | "manage webhooks";

export const MeContext = createContext<Me | null>(null);

/** Who is signed in. Only for what is shown to somebody who is. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("useMe() is only for what is inside of the signed-in console.");
  return me;
}

/** Whether the person has a right; what they may not do is not offered. The server decides in the end. */
export function useMay(right: Right): boolean {
  return useMe().rights.includes(right);
}
