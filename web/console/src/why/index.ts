/** Why a visit stands where it stands, why not elsewhere, and what would free one that has no place. */

export { WhyNumber } from "./why-number";
export { WhyPanel } from "./why-panel";
