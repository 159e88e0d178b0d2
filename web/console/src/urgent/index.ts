/** The emergency screen. */

export { Page } from "./page";
