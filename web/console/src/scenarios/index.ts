/** What if: scenarios made, run, compared, and what is accepted of them published. */

export { Page } from "./page";
