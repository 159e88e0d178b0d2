import { describe, expect, it } from "vitest";
import type { Technician, Visit } from "../../live";
import { huesOf } from "./hues";
import { boundsOf, ordersOf, peopleMarks, routeMarks, stopMarks } from "./marks";
import { legsOf } from "./use-routes";

const visit = (id: string, facts: Partial<Visit> = {}): Visit =>
  ({ id, number: id, status: "scheduled", priority: "normal", planned: [{ technician: "ana" }], site: { lat: -29.9, lon: -71.2 }, promises: [], jeopardy: null, late_by: 0, ...facts }) as unknown as Visit;

const NOON = Date.parse("2026-11-23T12:00:00Z");

function marksOf(visits: readonly Visit[], hues: ReadonlyMap<string, number>, theme: "light" | "dark", shown: (visit: Visit) => boolean = () => true): ReturnType<typeof stopMarks> {
  const ana = { id: "ana", name: "Ana", shifts: [{ id: "s", stops: visits.map((one) => ({ visit: one.id })) }] } as unknown as Technician;
  return stopMarks(visits, ordersOf([ana]), hues, theme, NOON, shown);
}

describe("visits on the map", () => {
  it("are numbered along the route, and what nobody has is marked by a shape of its own and lies above", () => {
    const open = visit("b", { status: "open", planned: [] });
    const { features } = marksOf([visit("a"), open], new Map([["ana", 2]]), "light");
    const [planned, unassigned] = features.map((one) => one.properties);
    expect(planned).toMatchObject({ label: "1", state: "planned", loud: false });
    expect(unassigned).toMatchObject({ label: "?", state: "unassigned", loud: true, technician: "" });
    expect(unassigned?.rank).toBeGreaterThan(planned?.rank as number);
  });

  it("without a place, cancelled or filtered away are not drawn", () => {
    const visits = [visit("a", { site: { id: "s", address: "", lat: null, lon: null } }), visit("b", { status: "cancelled" }), visit("c"), visit("d")];
    const { features } = marksOf(visits, new Map(), "dark", (one) => one.id !== "d");
    expect(features.map((one) => one.properties?.visit)).toEqual(["c"]);
  });

  it("are the same objects as long as they look the same, whatever else happens", () => {
    const [a, b] = [visit("a"), visit("b")];
    const before = marksOf([a, b], new Map([["ana", 2]]), "light").features;
    const after = marksOf([a, { ...b, status: "completed" }], new Map([["ana", 2]]), "light").features;
    expect(after[0]).toBe(before[0]);
    expect(after[1]?.properties).toMatchObject({ visit: "b", state: "done" });
    expect(marksOf([a, b], new Map([["ana", 2]]), "dark").features[0]).not.toBe(before[0]);
  });
});

it("people grow stale where they were seen last, and are the same object until they do", () => {
  const ana = { id: "ana", name: "Ana", position: { lat: -29.9, lon: -71.2, at: "2026-11-23T11:55:00Z" } } as unknown as Technician;
  const seen = (now: number): ReturnType<typeof peopleMarks>["features"][number] | undefined => peopleMarks([ana], new Map(), "light", now, null).features[0];
  const first = seen(NOON);
  expect(first?.properties).toMatchObject({ technician: "ana", stale: false });
  expect(seen(NOON + 60_000)).toBe(first);
  expect(seen(NOON + 600_000)?.properties).toMatchObject({ stale: true });
});

it("people who work beside each other get different hues, and keep them", () => {
  const near = new Map<string, readonly [number, number]>([["ana", [-71.25, -29.9]], ["ben", [-71.251, -29.9]]]);
  const hues = huesOf(near);
  expect(hues.get("ana")).not.toBe(hues.get("ben"));
  const more = huesOf(new Map([...near, ["abe", [-71.2505, -29.9]]]), hues);
  expect([more.get("ana"), more.get("ben")]).toEqual([hues.get("ana"), hues.get("ben")]);
  expect(new Set(more.values()).size).toBe(3);
});

it("legs are drawn as the server measured them, and only those that are asked for", () => {
  const leg = (source: string) => ({ from: [0, 0], to: [1, 1], seconds: 60, metres: 900, source, points: [[-29.9, -71.2], [-29.8, -71.1]] });
  const drawing = { plan: null, edition: 1, cut: false, routes: [{ technician: "ana", technician_name: "Ana", shift: "s", colour: null, legs: [leg("road"), leg("estimate")], stops: [] }] };
  const legs = legsOf(drawing as unknown as Parameters<typeof legsOf>[0]).get("ana") ?? [];
  const { features } = routeMarks(legs, new Map(), "light", () => true);
  expect(features.map((one) => [one.geometry.coordinates[0], one.properties?.estimated])).toEqual([[[-71.2, -29.9], false], [[-71.2, -29.9], true]]);
  expect(routeMarks(legs, new Map(), "light", () => false).features).toEqual([]);
  expect(legsOf(drawing as unknown as Parameters<typeof legsOf>[0], new Set(["another"])).size).toBe(0);
});

it("bounds enclose all points, and nothing encloses none", () => {
  expect(boundsOf([[-71, -30], [-70, -31]])).toEqual([-71, -31, -70, -30]);
  expect(boundsOf([])).toBeNull();
});
