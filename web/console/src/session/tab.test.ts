import { beforeEach, expect, test, vi } from "vitest";
import { takeTab } from "./tab";

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    clear: () => kept.clear(),
  });
});

test("who comes back finds what they wrote, and somebody else does not", () => {
  takeTab("daniela");
  kept.set("fieldwright.urgent", "It smells of gas.");
  takeTab("daniela");
  expect(kept.get("fieldwright.urgent")).toBe("It smells of gas.");
  takeTab("carla");
  expect(kept.has("fieldwright.urgent")).toBe(false);
  kept.set("fieldwright.urgent", "No heating.");
  takeTab("carla");
  expect(kept.get("fieldwright.urgent")).toBe("No heating.");
});
