/** Proposals: what waits for a decision, on the board and on pages of its own; runs; any two plans side by side. */

export { Page } from "./page";
export { ProposalStrip } from "./strip";
