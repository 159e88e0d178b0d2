/** The timeline of the board, and dragging onto it from elsewhere. */

export { Timeline } from "./timeline";
export { beginDrag, type Dragged } from "./drag";
export { beginByKeys } from "./move-by-keys";
