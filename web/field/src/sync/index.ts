/** What screens need of synchronising: tap, and see what is kept. */

export { act, actAll, attachPhoto, keepPhoto, leaveOut, scaledDown, signWith, takeAgain, whenTapped } from "./tap";
export type { Doing } from "./tap";
export { useDay, useDocuments, useKept, useOutbox, useStanding, useVisit, readAgain, type Kept, type PictureStanding } from "./kept";
export { keepInStep, synchronise, type Standing } from "./turns";
export type { DataOf, Entry, Fate, Kind, Receipt } from "./actions";
