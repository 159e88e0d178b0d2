/** The back office: what the operation is made of, looked after. */

export { Page } from "./page";
