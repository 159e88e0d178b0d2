/** What is fixed of the plan as a whole: the freeze, and locked territories. */

export { Fixing } from "./fixing";
export { TerritoryLock } from "./territory-lock";
