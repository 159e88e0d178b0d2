/** What is fixed of the plan as a whole: the freeze, and locked territories. */

export { Fixing } from "./fixing";
export { freezeNow } from "./locks";
export { TerritoryLock } from "./territory-lock";
