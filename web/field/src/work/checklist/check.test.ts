import { describe, expect, it } from "vitest";

import { answered, complaint, missing, required, typedNumber } from "./check";
import { order, title, type Question, type Schema } from "./schema";

const PRESSURE: Question = { "x-kind": "number", title: "Pressure", "x-title-zh": "压力", type: "number", minimum: 0, maximum: 60 };
const METER: Question = { "x-kind": "reading", title: "Meter", type: "integer", minimum: 0 };
const NOTES: Question = { "x-kind": "text", title: "Notes", maxLength: 5 };
const CAUSE: Question = { "x-kind": "choice", title: "Cause", enum: ["valve", "other"] };
const LABEL: Question = { "x-kind": "code", title: "Label", pattern: "^[A-Z0-9-]{6,20}$" };
const PHOTOS: Question = { "x-kind": "photo", title: "Photos", minItems: 1, maxItems: 2 };
const TIGHT: Question = { "x-kind": "yes_no", title: "Tight" };

const SCHEMA: Schema = {
  properties: { notes: NOTES, pressure: PRESSURE, cause: CAUSE, label: LABEL, photos: PHOTOS, tight: TIGHT },
  required: ["pressure"],
  dependentRequired: { photos: ["label"] },
  allOf: [
    { if: { properties: { tight: { const: false } }, required: ["tight"] }, then: { required: ["notes"] } },
    { if: { properties: { pressure: { exclusiveMaximum: 17 } }, required: ["pressure"] }, then: { required: ["cause"] } },
  ],
  "x-order": ["pressure", "tight", "gone"],
};

describe("an answer", () => {
  it.each([
    [PRESSURE, 60, null],
    [PRESSURE, 61, "check.too-large"],
    [PRESSURE, -0.5, "check.too-small"],
    [PRESSURE, Number.NaN, "check.not-a-number"],
    [METER, 10.5, "check.not-whole"],
    [NOTES, "电压不稳定", null],
    [NOTES, "😀😀😀😀😀", null],
    [NOTES, "rusted", "check.too-long"],
    [CAUSE, "flue", "check.not-a-choice"],
    [LABEL, "AB-123", null],
    [LABEL, "ab-123", "check.pattern"],
    [PHOTOS, ["a", "b", "c"], "check.too-many"],
    [TIGHT, false, null],
  ] as const)("to %o that is %o leads to %s", (question, value, text) => {
    expect(complaint(question, value)?.text ?? null).toBe(text);
  });

  it("counts as none when it is empty, and false and zero are answers", () => {
    expect([null, undefined, "", [], false, 0, "x"].map((value) => answered(value))).toEqual([false, false, false, false, true, true, true]);
  });
});

describe("what must be answered", () => {
  it("stands in the order in which it is asked, and questions that are gone are left out", () => {
    expect(order(SCHEMA)).toEqual(["pressure", "tight", "notes", "cause", "label", "photos"]);
    expect(required(SCHEMA, {})).toEqual(["pressure"]);
  });

  it("grows with answers that ask for more", () => {
    expect(required(SCHEMA, { pressure: 17, tight: true, photos: ["a"] })).toEqual(["pressure", "label"]);
    expect(required(SCHEMA, { pressure: 16.9, tight: false })).toEqual(["pressure", "notes", "cause"]);
  });

  it("is missing until it has an answer", () => {
    expect(missing(SCHEMA, { pressure: 10 })).toEqual(["cause"]);
    expect(missing(SCHEMA, { pressure: 10, cause: "valve" })).toEqual([]);
  });
});

describe("a number", () => {
  it("may be typed with a comma or a point", () => {
    expect(["19,5", " 1 024.25 ", ".5", "", "-3"].map(typedNumber)).toEqual([19.5, 1024.25, 0.5, null, -3]);
    expect(typedNumber("12a")).toBeNaN();
    expect(typedNumber("1,2,3")).toBeNaN();
  });
});

it("a title without a Chinese one is shown in English", () => {
  expect([title(PRESSURE, "zh"), title(METER, "zh"), title(PRESSURE, "en")]).toEqual(["压力", "Meter", "Pressure"]);
});
