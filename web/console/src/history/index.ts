/** Any day of the past played again, minute by minute. */

export { Page } from "./page";
