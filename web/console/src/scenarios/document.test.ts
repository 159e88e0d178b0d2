import { describe, expect, it } from "vitest";
import { begun, type Condition, formed, fresh, KINDS, ruled, ruleOf, without } from "./document";

const KNOWN = { people: [{ id: "T01", name: "Ana", skills: { gas: 2 }, territory: "north" }], skills: ["gas"], territories: ["north"] };

describe("a scenario in the form", () => {
  it("keeps what a file says and fills in what it does not", () => {
    const made = formed({ title: "Two leave", horizon: { first: "2026-11-23", days: 9 }, kpis: ["sla"] }, "2026-11-24");
    expect(made.horizon).toEqual({ first: "2026-11-23", days: 9, warm_up: 0 });
    expect(made.kpis).toEqual(["sla"]);
    expect(made.changes).toEqual([]);
  });

  it("begins with the day it is asked on", () => {
    expect(fresh("2026-11-24").horizon.first).toBe("2026-11-24");
  });

  it("plans as the operation does now", () => {
    expect(fresh("2026-11-24", { least_gain: 12 }).dispatch.policy).toEqual({ least_gain: 12 });
    expect(fresh("2026-11-24").dispatch).not.toHaveProperty("policy");
  });

  it("begins every kind of change with what there is", () => {
    expect(KINDS.map((kind) => begun(kind, KNOWN).kind)).toEqual(KINDS);
    expect(begun("hire", KNOWN)).toEqual({ kind: "hire", like: "T01", count: 1 });
  });

  it("has one rule in a condition, whichever was there before", () => {
    const before: Condition = { kpi: "sla", may_fall_by: 0.01, sure: false };
    expect(ruleOf(before)).toBe("may_fall_by");
    expect(ruled(before, "at_least", 0.9)).toEqual({ kpi: "sla", at_least: 0.9, sure: false });
  });

  it("leaves out what is empty", () => {
    expect(without({ kind: "demand", factor: 2, skill: "gas" }, { skill: undefined } as never)).toEqual({ kind: "demand", factor: 2 });
  });
});
