import { describe, expect, it } from "vitest";
import { asking, askingAnew, asksOf, begun, byTerritory, type Condition, evenly, formed, fresh, KINDS, ruled, ruleOf, sent, staffings, swept, without } from "./document";

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

  it("goes from the first value to the last by a step, and not beyond", () => {
    expect(evenly(8, 20, 4)).toEqual([8, 12, 16, 20]);
    expect(evenly(-20, 35, 10)).toEqual([-20, -10, 0, 10, 20, 30]);
    expect(evenly(0.8, 1.1, 0.1)).toEqual([0.8, 0.9, 1, 1.1]);
    expect(evenly(5, 4, 1)).toEqual([5]);
    expect(evenly(1, 1000, 1)).toHaveLength(50);
  });

  it("asks what its file asks, where that is one thing", () => {
    expect(asksOf({ sweep: {} })).toBe("sweep");
    expect(asksOf({ sweep: {}, worth: {} })).toBe("effect");
    expect(asksOf({})).toBe("effect");
  });

  it("is sent with what is asked alone", () => {
    const all = { ...asking(asking(fresh("2026-11-24"), "sweep", KNOWN), "worth", KNOWN), accept: [{ kpi: "sla", may_fall_by: 0.01 }] };
    expect(Object.keys(sent(all, "worth"))).not.toContain("sweep");
    expect(sent(all, "worth").accept).toEqual([]);
    expect(sent(all, "effect").accept).toHaveLength(1);
    expect(Object.keys(sent(all, "effect"))).not.toContain("worth");
  });

  it("begins anew with others as long as nobody has touched it", () => {
    const others = { ...KNOWN, people: [{ id: "T09", name: "Eva", skills: {}, territory: "north" }] };
    const begun = asking(fresh("2026-11-24"), "staffing", KNOWN);
    expect(askingAnew(begun, "staffing", KNOWN, others).staffing?.groups[0]?.technicians).toEqual(["T09"]);
    const touched = { ...begun, staffing: { targets: [], groups: begun.staffing?.groups ?? [] } };
    expect(askingAnew(touched, "staffing", KNOWN, others)).toEqual(touched);
  });

  it("is swept around those who are there, and as it began when it is turned back before they are known", () => {
    const begun = asking(fresh("2026-11-24"), "sweep", { people: [], skills: [], territories: [] });
    const back = { ...begun, sweep: { kind: "technicians", values: swept("technicians", 0), kpi: "sla" } as const };
    expect(back).toEqual(begun);
    expect(swept("technicians", 0)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    // Turned back by hand or not: it begins anew with the one who is there.
    expect(askingAnew(back, "sweep", { people: [], skills: [], territories: [] }, KNOWN).sweep?.values).toEqual(swept("technicians", 1));
    expect(swept("demand", 8)).toEqual([0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4]);
  });

  it("names who is there in changes that were begun before it was known", () => {
    const nobody = { people: [], skills: [], territories: [] };
    const early = { ...fresh("2026-11-24"), changes: [begun("hire", nobody), { ...begun("train", nobody), level: 2 } as never, begun("base", nobody), begun("leave", nobody)] };
    expect(askingAnew(early, "effect", nobody, KNOWN).changes).toEqual([begun("hire", KNOWN), { kind: "train", technicians: [], skill: "gas", level: 2 }, begun("base", KNOWN), begun("leave", KNOWN)]);
  });

  it("leaves a choice that is there or that somebody made", () => {
    const others = { people: [...KNOWN.people, { id: "T09", name: "Eva", skills: {}, territory: "south" }].reverse(), skills: ["fibre"], territories: [] };
    const chosen = { ...fresh("2026-11-24"), changes: [begun("hire", KNOWN), { kind: "hire", like: "T07", count: 1 } as const, begun("train", KNOWN)] };
    expect(askingAnew(chosen, "effect", KNOWN, others).changes).toEqual([begun("hire", KNOWN), { kind: "hire", like: "T07", count: 1 }, { kind: "train", technicians: [], skill: "fibre", level: 1 }]);
    expect(askingAnew(chosen, "effect", KNOWN, KNOWN).changes).toBe(chosen.changes);
  });

  it("groups those of a territory, and counts what there is to choose from", () => {
    const groups = byTerritory(KNOWN);
    expect(groups).toEqual([{ technicians: ["T01"], least: 1, most: 3, cost_per_day: 200 }]);
    expect(staffings([...groups, { technicians: ["T02"], least: 0, most: 4, cost_per_day: 1 }])).toBe(3 * 5);
  });

  it("leaves out what is empty", () => {
    expect(without({ kind: "demand", factor: 2, skill: "gas" }, { skill: undefined } as never)).toEqual({ kind: "demand", factor: 2 });
  });
});
