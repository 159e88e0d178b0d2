import { describe, expect, it } from "vitest";
import { sentence, within } from "./places";

const wrong = ["changes[1].technicians[0]", "changes[10]", "changes[1]", "title"].map((place) => ({ place, problem: "is unknown", remedy: "" }));

describe("what is wrong", () => {
  it("belongs to the part of the form that its place begins with", () => {
    expect(within(wrong, "changes[1]").map((one) => one.place)).toEqual(["changes[1].technicians[0]", "changes[1]"]);
    expect(within(wrong, "title")).toHaveLength(1);
  });
  it("is a sentence with what helps", () => {
    expect(sentence({ place: "title", problem: "is missing", remedy: "add it" })).toBe("Is missing: add it");
  });
});
