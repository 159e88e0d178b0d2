/** The map of the board. */

export { BoardMap } from "./board-map";
