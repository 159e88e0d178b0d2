import { expect, test } from "vitest";
import { type AtHand, type Candidate, chosenOf, emptyForm, lookOf, missingOf, titleOf } from "./form";

test("what is missing is named until all is said", () => {
  const form = emptyForm();
  expect(missingOf(form)).toEqual(["customer", "place", "type", "text"]);
  const known = { ...form, customer: "c", site: "s", type: "t", text: "  It smells of gas.\nSince noon. " };
  expect(missingOf(known)).toEqual([]);
  expect(titleOf(known.text)).toBe("It smells of gas.");
  expect(titleOf("x".repeat(300))).toHaveLength(200);
});

test("a look needs a place and a kind of work, and asks at a point where the place is new", () => {
  const form = { ...emptyForm(), type: "t" };
  expect(lookOf(form)).toBeNull();
  expect(lookOf({ ...form, site: "s", customer: "c" })).toMatchObject({ site_id: "s", customer_id: "c", priority: "critical" });
  const fresh = { name: "Eva", phone: "", address: "Brasil 512", at: { lat: -29.9, lon: -71.2, label: "Brasil 512" } };
  expect(lookOf({ ...form, fresh })).toMatchObject({ lat: -29.9, lon: -71.2 });
  expect(lookOf({ ...form, fresh: { ...fresh, at: null } })).toBeNull();
});

test("who is best for the plan is chosen unless they come after the promise to be there: then the plan is asked", () => {
  const form = emptyForm();
  const best = (on_site_kept: boolean | null): AtHand =>
    ({ candidates: [{ technician: "t", name: "Ana", start: "2026-11-24T12:00:00Z", best: true, on_site_kept } as Candidate] }) as unknown as AtHand;
  const ana = { kind: "person", technician: "t", name: "Ana", start: "2026-11-24T12:00:00Z" };
  expect(chosenOf(form, best(true), true)).toEqual(ana);
  expect(chosenOf(form, best(null), true)).toEqual(ana);
  expect(chosenOf(form, best(false), true)).toEqual({ kind: "plan" });
  expect(chosenOf({ ...form, choice: { kind: "person", technician: "t", name: "Ana", start: "" } }, best(false), true)).toEqual(ana);
  expect(chosenOf({ ...form, priority: "high" }, best(true), true)).toEqual({ kind: "plan" });
  expect(chosenOf(form, best(true), false)).toEqual({ kind: "plan" });
});
