import { describe, expect, it } from "vitest";
import type { Board, Technician, Visit } from "../../live";
import { huesOf } from "./hues";
import { boundsOf, routeMarks, stopMarks } from "./marks";
import { legsOf } from "./use-routes";

const visit = (id: string, facts: Partial<Visit> = {}): Visit =>
  ({ id, number: id, status: "scheduled", priority: "normal", planned: [{ technician: "ana" }], site: { lat: -29.9, lon: -71.2 }, promises: [], jeopardy: null, late_by: 0, ...facts }) as unknown as Visit;

function boardOf(...visits: Visit[]): Board {
  const ana = { id: "ana", name: "Ana", shifts: [{ id: "s", stops: visits.map((one) => ({ visit: one.id })) }] } as unknown as Technician;
  return { visits, technicians: [ana], visitById: new Map(visits.map((one) => [one.id, one])) } as unknown as Board;
}

describe("visits on the map", () => {
  it("are numbered along the route, and what nobody has is marked by a shape of its own and lies above", () => {
    const open = visit("b", { status: "open", planned: [] });
    const { features } = stopMarks(boardOf(visit("a"), open), new Map([["ana", 2]]), "light", () => true);
    const [planned, unassigned] = features.map((one) => one.properties);
    expect(planned).toMatchObject({ label: "1", state: "planned", loud: false });
    expect(unassigned).toMatchObject({ label: "?", state: "unassigned", loud: true, technician: "" });
    expect(unassigned?.rank).toBeGreaterThan(planned?.rank as number);
  });

  it("without a place, cancelled or filtered away are not drawn", () => {
    const board = boardOf(visit("a", { site: { id: "s", address: "", lat: null, lon: null } }), visit("b", { status: "cancelled" }), visit("c"), visit("d"));
    const { features } = stopMarks(board, new Map(), "dark", (one) => one.id !== "d");
    expect(features.map((one) => one.properties?.visit)).toEqual(["c"]);
  });
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
