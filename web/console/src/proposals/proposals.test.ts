import { describe, expect, it } from "vitest";
import { Refused } from "@fieldwright/shared/api";
import { words } from "@fieldwright/shared/texts";
import type { Bought, Cluster, PlanDocument, Setting } from "../plans";
import { rowsOf } from "./changes";
import { approvedClusters, carriedOver } from "./choice";
import { placeOf, plotted, settingFor } from "./curve";
import { refusalOf } from "./refusal";
import { statusName } from "./refused";
import { becauseOf, joined, nothingWaits, purchase, touching } from "./said";
import { TEXTS } from "./texts";

const CURVE: readonly Setting[] = [
  { touched: 0, mended: 0, gain: 0, clusters: [] },
  { touched: 1, mended: 0, gain: 10, clusters: ["b"] },
  { touched: 3, mended: 0, gain: 40, clusters: ["a", "b"] },
];

describe("the change budget", () => {
  it("gives the best that stays within it", () => {
    expect(settingFor(CURVE, 2)?.gain).toBe(10);
    expect(settingFor(CURVE, 9)?.gain).toBe(40);
  });

  it("knows at which place of the slider a choice of groups stands, and where at none", () => {
    expect(placeOf(CURVE, new Set(["b", "a"]))).toBe(2);
    expect(placeOf(CURVE, new Set(["a"]))).toBe(-1);
  });

  it("is drawn as steps from nothing to the best", () => {
    expect(plotted(CURVE, 300, 100)).toEqual({
      line: "M0 100H100V75H300V0",
      area: "M0 100H100V75H300V0V100H0Z",
      points: [{ x: 0, y: 100 }, { x: 100, y: 75 }, { x: 300, y: 0 }],
    });
  });
});

const cluster = (id: string, ...visits: string[]): Cluster => ({ id, shifts: [], visits, gain: 1, mended: 0, touched: 1, new: 0 });

describe("a choice of groups", () => {
  const before = [cluster("1", "a", "b"), cluster("2", "c")];

  it("is all of it without naming any", () => {
    expect(approvedClusters(before, new Set(["1", "2"]))).toBeNull();
    expect(approvedClusters(before, new Set(["2"]))).toEqual(["2"]);
  });

  it("outlives an edit of the draft, as far as its visits go", () => {
    const now = [cluster("x", "c"), cluster("y", "a"), cluster("z", "b", "d")];
    expect(carriedOver(before, new Set(["1"]), now)).toEqual(new Set(["y"]));
    expect(carriedOver(before, new Set(["1", "2"]), now)).toEqual(new Set(["x", "y", "z"]));
  });
});

describe("a refused approval", () => {
  const refused = (status: number, code: string, facts: object): ReturnType<typeof refusalOf> =>
    refusalOf(new Refused(status, { type: `urn:fieldwright:problem:${code}`, ...facts }));

  it("is told apart by what helps", () => {
    const changed = [{ at: "2026-11-23T12:00:00Z", by: "Carla", event: "PlanPublished", edition: 8 }];
    expect(refused(409, "overtaken", { expected: 7, edition: 8, changes: 4, changed })).toEqual({ kind: "overtaken", expected: 7, edition: 8, changes: 4, changed });
    const status = { from: "draft", to: "rejected", by: "Carla", at: "2026-11-23T12:00:00Z" };
    expect(refused(409, "conflict", { changed: { status } })).toEqual({ kind: "decided", status: "rejected", by: status, replacedBy: null });
    expect(refused(409, "conflict", { changed: { status }, replaced_by: "plan_2" })).toMatchObject({ kind: "decided", replacedBy: "plan_2" });
    expect(refused(412, "stale", { changed: { gain: status } })).toEqual({ kind: "edited", changed: { gain: status } });
    expect(refused(409, "nothing-left", { changes: 2, changed })).toMatchObject({ kind: "nothing-left", changes: 2 });
    expect(refused(422, "invalid", {})).toMatchObject({ kind: "other" });
  });
});

const NOTHING: Bought = { travel: 0, overtime: 0, lateness: 0, kept: 0, missed: 0, placed: 0, leftOut: 0, gain: 0, mended: 0, touched: 0, people: 0, known: true };

describe("what is bought, said for people", () => {
  const speaker = (language: "en" | "zh") => ({
    words: words(TEXTS, language, "UTC"),
    span: (seconds: number) => `${seconds / 60} min`,
    amount: (value: number) => String(value),
  });

  it("names what people care about, and no score", () => {
    const much = { ...NOTHING, travel: 3120, kept: 2, touched: 3, people: 2, gain: 40 };
    expect(joined([...purchase(much, speaker("en")), touching(much, speaker("en"))], "en")).toBe("keeps 2 promises, saves 52 min driving, touches 3 visits of 2 people");
    expect(joined([...purchase(much, speaker("zh")), touching(much, speaker("zh"))], "zh")).toBe("多守住 2 个承诺，节省 52 min 行车，涉及 2 人的 3 次上门");
  });

  it("says what it costs as openly as what it saves", () => {
    const dear = { ...NOTHING, travel: -600, missed: 1, leftOut: 1, placed: 1 };
    expect(purchase(dear, speaker("en"))).toEqual(["gives one visit a place", "leaves one visit out", "misses one promise", "takes 10 min more driving"]);
    expect(purchase({ ...NOTHING, gain: 12 }, speaker("en"))).toEqual(["saves 12 in all"]);
    expect(purchase(NOTHING, speaker("en"))).toEqual(["changes little that can be counted"]);
  });

  it("praises the plan in force only where that leaves nothing open", () => {
    const said = (unassigned: number, atRisk: number, language: "en" | "zh" = "en") => nothingWaits({ unassigned, atRisk }, words(TEXTS, language, "UTC"));
    expect(said(0, 0)).toBe("No proposal waits. The plan in force is the best one known.");
    expect(said(1, 0)).toBe("No proposal waits. One visit has nobody: the next run looks for a place for it.");
    expect(said(0, 2)).toBe("No proposal waits. 2 visits are at risk: the next run looks for ways to be in time.");
    expect(said(3, 1)).toBe("No proposal waits. 3 visits have nobody and one is at risk: the next run looks for better places for them.");
    expect(said(3, 1, "zh")).toBe("没有待批方案。3 次上门未安排，1 次有延误风险，下次排程会为其寻找更好的安排。");
    expect(nothingWaits(null, words(TEXTS, "en", "UTC"))).toBe("No proposal waits.");
  });

  it("tells a proposal that somebody rejected from one that a newer one has replaced", () => {
    const { words: en } = speaker("en");
    expect(statusName({ status: "rejected", replaced_by: null }, en)).toBe("rejected");
    expect(statusName({ status: "rejected", replaced_by: "plan_2" }, en)).toBe("replaced by a newer one");
  });

  it("says why there is a proposal, whatever asked for it", () => {
    expect(becauseOf("AbsenceRecorded", speaker("en"))).toBe("somebody is absent");
    expect(becauseOf("SomethingNew", speaker("en"))).toBe("something changed");
  });
});

it("a difference is told visit by visit, with the reason: who gets a place first, what only shifts last", () => {
  const at = (technician: string, start: string) => ({ technicians: [technician], shifts: ["s"], position: 0, start, end: start });
  const plan = {
    snapshot: { names: { v1: "J-1", v2: "J-2", v3: "J-3", t1: "Ana", t2: "Ben" } },
    difference: {
      visits: [
        { visit: "v1", kind: "shifted", before: at("t1", "2026-11-23T09:00:00Z"), after: at("t1", "2026-11-23T09:05:00Z") },
        { visit: "v2", kind: "reassigned", before: at("t1", "2026-11-23T12:00:00Z"), after: at("t2", "2026-11-23T11:20:00Z") },
        { visit: "v3", kind: "assigned", before: null, after: at("t2", "2026-11-23T13:00:00Z") },
      ],
      clusters: [cluster("1", "v1", "v2", "v3")],
      promises: [{ visit: "v2", promise: "arrive_by", late_before: 600, late_after: 0, kept: true }],
    },
  } as unknown as PlanDocument;

  const rows = rowsOf(plan);

  expect(rows.map((one) => one.number)).toEqual(["J-3", "J-2", "J-1"]);
  expect(rows[0]).toMatchObject({ before: null, after: { people: "Ben" }, minutes: null, why: [{ kind: "placed" }] });
  expect(rows[1]).toMatchObject({ before: { people: "Ana" }, after: { people: "Ben" }, minutes: -40, why: [{ kind: "kept", promise: "arrive_by", late: 600 }] });
  expect(rows[2]).toMatchObject({ minutes: 5, cluster: "1", why: [{ kind: "group", gain: 1 }] });
});
