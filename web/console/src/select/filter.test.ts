import { expect, test } from "vitest";
import type { Board, Technician, Visit } from "../live";
import { EVERYTHING, technicianMatches, visitMatches } from "./filter";

const muñoz = { id: "t", name: "Carla Muñoz", territory: "north", skills: [{ skill: "gas", level: 2 }], shifts: [{ stops: [{ visit: "v", role: 0 }] }] } as unknown as Technician;
const leak = {
  id: "v", number: "J-7", title: "Gas leak", type: "Gas", status: "scheduled", territory: "north", customer: { id: "c", name: "Café Azul" },
  site: { address: "Balmaceda 12" }, skills: [{ skill: "gas", level: 1 }], planned: [{ technician: "t" }], jeopardy: null, late_by: 0,
} as unknown as Visit;
const board = { visitById: new Map([["v", leak]]), technicianById: new Map([["t", muñoz]]) } as unknown as Board;

test.each([
  ["nothing", {}, true],
  ["its territory", { territories: ["south", "north"] }, true],
  ["another territory", { territories: ["south"] }, false],
  ["a skill that it asks for", { skills: ["gas"] }, true],
  ["a skill that it does not", { skills: ["solar"] }, false],
  ["its state", { statuses: ["planned"] as const }, true],
  ["another state", { statuses: ["done"] as const }, false],
  ["another customer", { customers: ["x"] }, false],
  ["words in any order, without accents", { text: "cafe LEAK" }, true],
  ["the name of who does it", { text: "munoz" }, true],
  ["a word that is nowhere", { text: "leak solar" }, false],
])("a visit by %s", (_, filter, passes) => {
  expect(visitMatches(leak, { ...EVERYTHING, ...filter }, 0, board)).toBe(passes);
});

test("somebody is found by their name, and by a visit of theirs", () => {
  const by = (text: string): boolean => technicianMatches(muñoz, { ...EVERYTHING, text }, board);
  expect([by("carla"), by("balmaceda"), by("solar")]).toEqual([true, true, false]);
});
