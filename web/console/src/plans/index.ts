/** Plans and what they would change: read, and counted up for people. */

export * from "./document";
export * from "./buying";
export { isUnderWay, PLANS, type PlanSummary, type Run, usePlan, usePlanRoutes, usePlans, usePlansFollowBoard, useRuns } from "./reading";
export { ruleName, RULES, ruleSentence } from "./rules";
export { amount, kilometres, signed } from "./numbers";
export { type Certificate, certificateOf } from "./certificate";
export type * from "./answers";
