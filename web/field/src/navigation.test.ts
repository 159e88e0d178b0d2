import { expect, test } from "vitest";
import { wayTo } from "./navigation";

const HOUSE = { name: "Casa & Sons", address: "Calle Brasil 512", lat: -29.9, lon: -71.25, access_notes: null };

test("the phone's own navigation gets the place with its name", () => {
  expect(wayTo(HOUSE, "phone")).toBe("geo:-29.9,-71.25?q=-29.9%2C-71.25(Casa%20%26%20Sons)");
});

test("a place that is not on the map is looked for by its address", () => {
  const unknown = { ...HOUSE, lat: null, lon: null };
  expect(wayTo(unknown, "phone")).toBe("geo:0,0?q=Calle%20Brasil%20512");
  expect(wayTo(unknown, "google")).toContain("destination=Calle%20Brasil%20512");
  expect(wayTo(unknown, "openstreetmap")).toContain("search?query=Calle%20Brasil%20512");
});
