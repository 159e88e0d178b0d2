import type { Feature } from "geojson";
import { expect, test } from "vitest";
import { changesOf } from "./changes";

const mark = (visit: string): Feature => ({ type: "Feature", properties: { visit }, geometry: { type: "Point", coordinates: [0, 0] } });

test("only what is new, changed or gone is handed to the map", () => {
  const before = ["a", "b", "c", "d", "e", "f"].map(mark);
  const [changed, fresh] = [mark("b"), mark("g")];
  const after = before.map((one) => (one.properties?.visit === "b" ? changed : one)).filter((one) => one.properties?.visit !== "c");
  expect(changesOf(before, [...after, fresh], "visit")).toEqual({ add: [changed, fresh], remove: ["c"] });
  expect(changesOf(before, [...before], "visit")).toEqual({ add: [], remove: [] });
});

test("where most has changed everything is handed over", () => {
  expect(changesOf([], [mark("a")], "visit")).toBeNull();
  expect(changesOf([mark("a"), mark("b")], [mark("a"), mark("b")], "visit")).toBeNull();
});
