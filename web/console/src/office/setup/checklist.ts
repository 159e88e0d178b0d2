/** A checklist as questions that somebody edits, and as the JSON Schema that phones show (see checklist_form.py). Pure. */

export const KINDS = ["text", "number", "reading", "choice", "yes_no", "photo", "signature", "code"] as const;
export type Kind = (typeof KINDS)[number];

export interface Choice {
  readonly value: string;
  readonly en: string;
  readonly zh: string;
}

export interface Question {
  readonly name: string;
  readonly kind: Kind;
  readonly title: string;
  readonly titleZh: string;
  readonly hint: string;
  readonly hintZh: string;
  readonly required: boolean;
  readonly whole: boolean;
  readonly least: number | null;
  readonly most: number | null;
  readonly unit: string;
  readonly pattern: string;
  readonly choices: readonly Choice[];
  readonly formats: readonly string[];
}

/** `when` is `value`: then `name` must be answered. Other conditions are kept as they are, and shown as text. */
export interface Condition {
  readonly name: string;
  readonly when: string;
  readonly value: string | boolean;
}

export interface Checklist {
  readonly questions: readonly Question[];
  readonly conditions: readonly Condition[];
  /** What this editor does not change: other conditions, and the title. */
  readonly rest: Readonly<Record<string, unknown>>;
  readonly otherConditions: readonly unknown[];
}

type Schema = Readonly<Record<string, unknown>>;

export const NO_CHECKLIST: Checklist = { questions: [], conditions: [], rest: {}, otherConditions: [] };

export function read(schema: Schema): Checklist {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const order = (schema["x-order"] as readonly string[] | undefined) ?? Object.keys(properties);
  const required = (schema.required as readonly string[] | undefined) ?? [];
  const questions = order.filter((name) => name in properties).map((name) => asked(name, properties[name] ?? {}, required.includes(name)));
  const conditions: Condition[] = [];
  const otherConditions: unknown[] = [];
  for (const one of (schema.allOf as readonly Schema[] | undefined) ?? []) {
    const simple = simpleCondition(one);
    if (simple === null) otherConditions.push(one);
    else conditions.push(...simple);
  }
  const rest = Object.fromEntries(["title", "dependentRequired"].filter((name) => name in schema).map((name) => [name, schema[name]]));
  return { questions, conditions, rest, otherConditions };
}

function asked(name: string, property: Schema, required: boolean): Question {
  const kind = property["x-kind"] as Kind;
  const labels = (property["x-labels"] ?? {}) as Record<string, { en?: string; zh?: string }>;
  const [least, most] = { photo: ["minItems", "maxItems"], text: ["minLength", "maxLength"], code: ["minLength", "maxLength"] }[kind as string] ?? ["minimum", "maximum"];
  return {
    name,
    kind,
    title: String(property.title ?? ""),
    titleZh: String(property["x-title-zh"] ?? ""),
    hint: String(property.description ?? ""),
    hintZh: String(property["x-description-zh"] ?? ""),
    required,
    whole: property.type === "integer",
    least: (property[least ?? ""] as number | undefined) ?? null,
    most: (property[most ?? ""] as number | undefined) ?? null,
    unit: String(property["x-unit"] ?? ""),
    pattern: kind === "code" ? String(property.pattern ?? "") : "",
    choices: ((property.enum as readonly string[] | undefined) ?? []).map((value) => ({ value, en: labels[value]?.en ?? "", zh: labels[value]?.zh ?? "" })),
    formats: (property["x-formats"] as readonly string[] | undefined) ?? [],
  };
}

function simpleCondition(one: Schema): readonly Condition[] | null {
  const given = one.if as { properties?: Record<string, Record<string, unknown>> } | undefined;
  const then = one.then as { required?: readonly string[] } | undefined;
  const tests = Object.entries(given?.properties ?? {});
  const [when, test] = tests[0] ?? [];
  if (tests.length !== 1 || when === undefined || test === undefined || then?.required === undefined) return null;
  const keys = Object.keys(test);
  if (keys.length !== 1 || keys[0] !== "const" || !["string", "boolean"].includes(typeof test.const)) return null;
  return then.required.map((name) => ({ name, when, value: test.const as string | boolean }));
}

/** The schema of the questions; nothing is asked: an empty one. */
export function write({ questions, conditions, rest, otherConditions }: Checklist): Record<string, unknown> {
  if (questions.length === 0) return {};
  const required = questions.filter((one) => one.required).map((one) => one.name);
  const allOf = [
    ...conditions.map(({ name, when, value }) => ({
      if: { properties: { [when]: { const: value } }, required: [when] },
      then: { required: [name] },
    })),
    ...otherConditions,
  ];
  return {
    ...rest,
    properties: Object.fromEntries(questions.map((one) => [one.name, property(one)])),
    ...(required.length > 0 ? { required } : {}),
    ...(allOf.length > 0 ? { allOf } : {}),
    "x-order": questions.map((one) => one.name),
  };
}

function property(one: Question): Record<string, unknown> {
  const texts = filled({ title: one.title, "x-title-zh": one.titleZh, description: one.hint, "x-description-zh": one.hintZh });
  const common = { "x-kind": one.kind, ...texts };
  const limits = (least: string, most: string): Record<string, unknown> => filled({ [least]: one.least, [most]: one.most });
  switch (one.kind) {
    case "text":
      return { ...common, type: "string", ...limits("minLength", "maxLength") };
    case "number":
    case "reading":
      return { ...common, type: one.whole ? "integer" : "number", ...limits("minimum", "maximum"), ...filled({ "x-unit": one.unit }) };
    case "choice": {
      const labels = one.choices
        .filter((choice) => choice.en.trim() !== "")
        .map((choice) => [choice.value, filled({ en: choice.en.trim(), zh: choice.zh.trim() })]);
      return { ...common, type: "string", enum: one.choices.map((choice) => choice.value), ...(labels.length > 0 ? { "x-labels": Object.fromEntries(labels) } : {}) };
    }
    case "yes_no":
      return { ...common, type: "boolean" };
    case "photo":
      return { ...common, type: "array", ...limits("minItems", "maxItems") };
    case "signature":
      return { ...common, type: "string" };
    case "code":
      return { ...common, type: "string", ...limits("minLength", "maxLength"), ...filled({ pattern: one.pattern }), ...(one.formats.length > 0 ? { "x-formats": one.formats } : {}) };
  }
}

function filled(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== "" && value !== null && value !== undefined));
}

/** A new question of a kind, with the limits that its kind needs, under a name that is not taken. */
export function fresh(kind: Kind, taken: readonly string[]): Question {
  const most = { text: 500, code: 80, photo: 4 }[kind as string] ?? null;
  return {
    name: nameFor(kind, taken),
    kind,
    title: "",
    titleZh: "",
    hint: "",
    hintZh: "",
    required: false,
    whole: false,
    least: kind === "photo" ? 1 : null,
    most,
    unit: "",
    pattern: "",
    choices: kind === "choice" ? [{ value: "yes", en: "", zh: "" }, { value: "no", en: "", zh: "" }] : [],
    formats: [],
  };
}

/** A name of a property (`[a-z][a-z0-9_]{0,39}`) for a title; where it has no such letters, for its kind. */
export function nameFor(title: string, taken: readonly string[]): string {
  const plain = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 36);
  const base = plain === "" ? "question" : plain;
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}_${count}`;
    if (!taken.includes(name)) return name;
  }
}

/** Which questions must be answered, given what was answered: for the preview. */
export function mustBeAnswered({ questions, conditions }: Checklist, answers: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const must = new Set(questions.filter((one) => one.required).map((one) => one.name));
  for (const { name, when, value } of conditions) if (answers[when] === value) must.add(name);
  return must;
}
