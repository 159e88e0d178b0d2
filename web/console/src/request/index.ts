/** Requests to the server, for everything besides the board: typed, with preconditions, repeated safely. */

export { ask, change, type Changed, type Method, type Query } from "./request";
export { etag } from "./etag";
export { inLanguage } from "./in-language";
export { Refused, type ProblemDocument, type Shape, Unreachable } from "@fieldwright/shared/api";
