/** The promise board. */

export { Page } from "./page";
