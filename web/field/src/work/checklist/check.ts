/**
 * Whether answers are what a checklist asks for, by the rules of the server, so that nothing is refused hours later that
 * could have been said at once. Limits are hard; what is missing only matters once the visit is completed.
 */

import { order, type Answer, type Answers, type Condition, type Question, type Schema, type Test } from "./schema";

/** What is wrong with an answer: a key of the texts, and the limit that it breaks. */
export interface Complaint {
  readonly text:
    | "check.too-short"
    | "check.too-long"
    | "check.too-small"
    | "check.too-large"
    | "check.not-whole"
    | "check.not-a-number"
    | "check.not-a-choice"
    | "check.pattern"
    | "check.too-few"
    | "check.too-many";
  readonly limit?: number;
}

const PICTURE = /^[0-9a-f]{64}$/;

/** Whether a question has been answered; an empty text or list is no answer. */
export function answered(value: Answer | null | undefined): value is Answer {
  if (value === null || value === undefined || value === "") return false;
  return !Array.isArray(value) || value.length > 0;
}

/** What is wrong with an answer; null: nothing. */
export function complaint(question: Question, value: Answer): Complaint | null {
  switch (question["x-kind"]) {
    case "text":
      return lengthComplaint(value, question.minLength, question.maxLength);
    case "code":
      return (
        lengthComplaint(value, question.minLength, question.maxLength) ??
        (question.pattern !== undefined && !new RegExp(question.pattern, "u").test(String(value))
          ? { text: "check.pattern" }
          : null)
      );
    case "number":
    case "reading":
      if (typeof value !== "number" || !Number.isFinite(value)) return { text: "check.not-a-number" };
      if (question.type === "integer" && !Number.isInteger(value)) return { text: "check.not-whole" };
      if (question.minimum !== undefined && value < question.minimum) return { text: "check.too-small", limit: question.minimum };
      if (question.maximum !== undefined && value > question.maximum) return { text: "check.too-large", limit: question.maximum };
      return null;
    case "choice":
      return question.enum.includes(String(value)) ? null : { text: "check.not-a-choice" };
    case "yes_no":
      return typeof value === "boolean" ? null : { text: "check.not-a-choice" };
    case "signature":
      return PICTURE.test(String(value)) ? null : { text: "check.pattern" };
    case "photo": {
      const photos = Array.isArray(value) ? value : [];
      if (question.minItems !== undefined && photos.length < question.minItems) return { text: "check.too-few", limit: question.minItems };
      if (question.maxItems !== undefined && photos.length > question.maxItems) return { text: "check.too-many", limit: question.maxItems };
      return null;
    }
  }
}

/** The names of the questions that must be answered, as things stand, in the order in which they are asked. */
export function required(schema: Schema, answers: Answers): readonly string[] {
  const names = new Set(schema.required ?? []);
  for (const [name, others] of Object.entries(schema.dependentRequired ?? {})) {
    if (answered(answers[name])) others.forEach((other) => names.add(other));
  }
  for (const condition of schema.allOf ?? []) {
    if (holds(condition, answers)) condition.then.required.forEach((other) => names.add(other));
  }
  return order(schema).filter((name) => names.has(name));
}

/** Which of them have no answer yet. */
export function missing(schema: Schema, answers: Answers): readonly string[] {
  return required(schema, answers).filter((name) => !answered(answers[name]));
}

/** A number as people type it, with a comma or a point; null: nothing was typed, NaN: it is no number. */
export function typedNumber(text: string): number | null {
  const plain = text.trim().replace(/[\s'’]/g, "").replace(",", ".");
  if (plain === "") return null;
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
}

function lengthComplaint(value: Answer, least: number | undefined, most: number | undefined): Complaint | null {
  // JSON Schema counts characters, not the units that a string is kept in.
  const length = [...String(value)].length;
  if (least !== undefined && length < least) return { text: "check.too-short", limit: least };
  if (most !== undefined && length > most) return { text: "check.too-long", limit: most };
  return null;
}

function holds(condition: Condition, answers: Answers): boolean {
  if (!(condition.if.required ?? []).every((name) => answered(answers[name]))) return false;
  return Object.entries(condition.if.properties).every(([name, test]) => {
    const value = answers[name];
    return !answered(value) || passes(test, value);
  });
}

function passes(test: Test, value: Answer): boolean {
  if (test.const !== undefined && value !== test.const) return false;
  if (test.enum !== undefined && !test.enum.includes(value)) return false;
  if (typeof value !== "number") return true;
  return (
    (test.minimum === undefined || value >= test.minimum) &&
    (test.maximum === undefined || value <= test.maximum) &&
    (test.exclusiveMinimum === undefined || value > test.exclusiveMinimum) &&
    (test.exclusiveMaximum === undefined || value < test.exclusiveMaximum)
  );
}
