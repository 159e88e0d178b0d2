import { expect, test } from "vitest";
import { visitOf } from "../testing/made";
import { metresBetween, seemsThere } from "./geofence";

const DRIVING = visitOf("a", "en_route", { site: { name: null, address: "", lat: -29.9, lon: -71.25, access_notes: null } });
// A ten-thousandth of a degree of latitude is 11.1 m.
const at = (south: number, accuracy: number | null = 10): Parameters<typeof seemsThere>[1] => ({ lat: -29.9 - south, lon: -71.25, accuracy });

test("a degree of latitude is 111 km", () => {
  expect(Math.round(metresBetween({ lat: 0, lon: 0 }, { lat: 1, lon: 0 }) / 1000)).toBe(111);
});

test("who is on the way and near the place seems to be there", () => {
  expect(seemsThere(DRIVING, at(0.0003))).toBe(true);
  expect(seemsThere(DRIVING, at(0.002))).toBe(false);
});

test("a fix that is not sure, or none, proposes nothing; the server's word does", () => {
  expect(seemsThere(DRIVING, at(0, 500))).toBe(false);
  expect(seemsThere(DRIVING, null)).toBe(false);
  expect(seemsThere({ ...DRIVING, arrival_proposed_at: "2026-11-23T12:00:00Z" }, null)).toBe(true);
});

test("who is not on the way is asked nothing", () => {
  expect(seemsThere({ ...DRIVING, status: "accepted" }, at(0))).toBe(false);
});
