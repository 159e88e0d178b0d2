/** Day sheets on paper. */

export { Page } from "./page";
