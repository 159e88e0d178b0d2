import { expect, it } from "vitest";
import { type Checklist, fresh, KINDS, mustBeAnswered, nameFor, NO_CHECKLIST, read, write } from "./checklist";

/** As a server answers it: in full, with what it adds itself. */
const KEPT = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  additionalProperties: false,
  properties: {
    pressure: { "x-kind": "number", title: "Gas pressure", "x-title-zh": "燃气压力", type: "number", minimum: 0, maximum: 60, "x-unit": "mbar" },
    cause: { "x-kind": "choice", title: "Cause", type: "string", enum: ["valve", "other"], "x-labels": { valve: { en: "Gas valve", zh: "燃气阀" } } },
    tight: { "x-kind": "yes_no", title: "Tight", type: "boolean" },
    photos: { "x-kind": "photo", title: "Photos", type: "array", items: { type: "string", pattern: "^[0-9a-f]{64}$" }, minItems: 1, maxItems: 4, uniqueItems: true },
    notes: { "x-kind": "text", title: "Notes", type: "string", maxLength: 500 },
  },
  required: ["pressure", "tight"],
  dependentRequired: { photos: ["notes"] },
  allOf: [
    { if: { properties: { tight: { const: false } }, required: ["tight"] }, then: { required: ["notes", "photos"] } },
    { if: { properties: { pressure: { exclusiveMaximum: 17 } }, required: ["pressure"] }, then: { required: ["notes"] } },
  ],
  "x-order": ["pressure", "cause", "tight", "photos", "notes"],
};

it("a checklist that is read and written asks the same in the same order", () => {
  const list = read(KEPT);
  expect(list.questions.map((one) => one.name)).toEqual(KEPT["x-order"]);
  const again = read(write(list));
  expect(again).toEqual(list);
  expect(write(list)).toMatchObject({ required: ["pressure", "tight"], dependentRequired: { photos: ["notes"] }, "x-order": KEPT["x-order"] });
});

it("conditions on a word or on yes and no can be edited; others are kept as they are", () => {
  const list = read(KEPT);
  expect(list.conditions).toEqual([
    { name: "notes", when: "tight", value: false },
    { name: "photos", when: "tight", value: false },
  ]);
  expect(list.otherConditions).toEqual([KEPT.allOf[1]]);
  expect(write(list).allOf).toHaveLength(3);
});

it("what must be answered follows from the answers", () => {
  const list = read(KEPT);
  expect([...mustBeAnswered(list, {})].sort()).toEqual(["pressure", "tight"]);
  expect([...mustBeAnswered(list, { tight: false })].sort()).toEqual(["notes", "photos", "pressure", "tight"]);
});

it("every kind of question has the limits that the server wants of it", () => {
  const list: Checklist = { ...NO_CHECKLIST, questions: KINDS.map((kind) => ({ ...fresh(kind, []), name: kind, title: kind })) };
  const { properties } = write(list) as { properties: Record<string, Record<string, unknown>> };
  expect(properties.text).toMatchObject({ type: "string", maxLength: 500 });
  expect(properties.code).toMatchObject({ type: "string", maxLength: 80 });
  expect(properties.photo).toMatchObject({ type: "array", minItems: 1, maxItems: 4 });
  expect(properties.choice).toMatchObject({ enum: ["yes", "no"] });
  expect(properties.signature).toEqual({ "x-kind": "signature", title: "signature", type: "string" });
});

it("nothing asked is an empty schema", () => {
  expect(write(NO_CHECKLIST)).toEqual({});
  expect(read({})).toEqual(NO_CHECKLIST);
});

it("names of answers are such as the server takes, and never taken twice", () => {
  expect(nameFor("Gas pressure (mbar)?", [])).toBe("gas_pressure_mbar");
  expect(nameFor("Gas pressure", ["gas_pressure"])).toBe("gas_pressure_2");
  expect(nameFor("压力", [])).toBe("question");
  expect(nameFor("2nd Größe", [])).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
});
