import { expect, it } from "vitest";
import { expiry, worst } from "./people/expiry";
import { differences } from "./audit/differences";
import { mendedCells, mendKey, stillBad } from "./sheets/mending";
import { TEXTS } from "./texts";

it("every text is there in both languages, with the same values in it", () => {
  const plain = (text: string): string => text.replace(/\{(\w+), plural, one \{[^{}]*\} other \{[^{}]*\}\}/g, "{$1}");
  const values = (text: string): string[] => [...new Set([...plain(text).matchAll(/\{(\w+)\}/g)].map((one) => one[1] ?? ""))].sort();
  for (const [key, { en, zh }] of Object.entries(TEXTS)) {
    expect(en, key).not.toBe("");
    expect(zh, key).not.toBe("");
    expect(values(zh), key).toEqual(values(en));
  }
});

it("a certificate stands out while it can still be renewed, and its last day counts", () => {
  expect(expiry("2026-11-22", "2026-11-22")).toBe("soon");
  expect(expiry("2026-11-21", "2026-11-22")).toBe("ended");
  expect(expiry("2027-01-21", "2026-11-22")).toBe("soon");
  expect(expiry("2027-01-22", "2026-11-22")).toBe("later");
  expect(expiry(null, "2026-11-22")).toBeNull();
  expect(worst(["2027-05-01", "2026-12-01", null], "2026-11-22")).toBe("soon");
  expect(worst(["2027-05-01"], "2026-11-22")).toBeNull();
});

it("the audit trail says what a person would, without what only a program counts", () => {
  expect(differences({ name: ["Ana", "Ana Rojas"], version: [1, 2], phone: [null, "1"] }, "changed")).toEqual([
    { column: "name", before: "Ana", after: "Ana Rojas" },
    { column: "phone", before: "–", after: "1" },
  ]);
  expect(differences({ id: [null, "x"], name: [null, "Ana"], email: [null, null] }, "created")).toEqual([{ column: "name", before: null, after: "Ana" }]);
  expect(differences({ starts_at: ["2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"] }, "changed")[0]?.after).toBe("2026-11-23 09:00 UTC");
});

it("cells of rows that are left out are neither sent nor counted", () => {
  const cell = { row: 3, column: "name", value: "Ben" };
  const cells = new Map([[mendKey(cell), cell]]);
  const errors = [{ row: 3, column: "name" }, { row: 4, column: "senior" }, { row: 5, column: "pace" }];
  expect(stillBad(errors, cells, new Set([4]))).toBe(1);
  expect(mendedCells(cells, new Set([3]))).toEqual([]);
});
