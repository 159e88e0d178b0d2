/** What needs somebody, what needs attention, and the visits of the day. */

export { askFor } from "./ask-for";
export { Lists } from "./lists";
