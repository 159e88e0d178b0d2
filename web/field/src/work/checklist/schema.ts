/**
 * What a checklist asks, as the server describes it: the part of JSON Schema (2020-12) that
 * `dispatch/domain/checklist_form.py` lets through, and which control shows each question.
 */

import type { Language } from "@fieldwright/shared/texts";

export type Answer = string | number | boolean | readonly string[];
export type Answers = Readonly<Record<string, Answer | null | undefined>>;

interface Asked {
  readonly title: string;
  readonly "x-title-zh"?: string;
  readonly description?: string;
  readonly "x-description-zh"?: string;
}

export interface TextQuestion extends Asked {
  readonly "x-kind": "text";
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface NumberQuestion extends Asked {
  readonly "x-kind": "number" | "reading";
  readonly type: "number" | "integer";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly "x-unit"?: string;
}

export interface ChoiceQuestion extends Asked {
  readonly "x-kind": "choice";
  readonly enum: readonly string[];
  readonly "x-labels"?: Readonly<Record<string, Readonly<Partial<Record<Language, string>>>>>;
}

export interface YesNoQuestion extends Asked {
  readonly "x-kind": "yes_no";
}

export interface PhotoQuestion extends Asked {
  readonly "x-kind": "photo";
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface SignatureQuestion extends Asked {
  readonly "x-kind": "signature";
}

export interface CodeQuestion extends Asked {
  readonly "x-kind": "code";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly "x-formats"?: readonly string[];
}

export type Question =
  | TextQuestion
  | NumberQuestion
  | ChoiceQuestion
  | YesNoQuestion
  | PhotoQuestion
  | SignatureQuestion
  | CodeQuestion;

/** What an answer must be for a condition to hold. */
export interface Test {
  readonly const?: Answer;
  readonly enum?: readonly Answer[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export interface Condition {
  readonly if: { readonly properties: Readonly<Record<string, Test>>; readonly required?: readonly string[] };
  readonly then: { readonly required: readonly string[] };
}

export interface Schema {
  readonly properties: Readonly<Record<string, Question>>;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly allOf?: readonly Condition[];
  readonly "x-order"?: readonly string[];
}

/** The names of the questions in the order in which they are asked. */
export function order(schema: Schema): readonly string[] {
  const named = (schema["x-order"] ?? []).filter((name) => name in schema.properties);
  return [...named, ...Object.keys(schema.properties).filter((name) => !named.includes(name))];
}

export function title(question: Question, language: Language): string {
  return (language === "zh" ? question["x-title-zh"] : undefined) ?? question.title;
}

export function hint(question: Question, language: Language): string | undefined {
  return (language === "zh" ? question["x-description-zh"] : undefined) ?? question.description;
}

export function label(question: ChoiceQuestion, value: string, language: Language): string {
  const labels = question["x-labels"]?.[value];
  return labels?.[language] ?? labels?.en ?? value;
}
