import { expect, test } from "vitest";
import { emptyForm, lookOf, missingOf, titleOf } from "./form";

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
