/** What a form holds, what of it changed, and what becomes of it when somebody else changed the same thing. Pure. */

export type Values = Readonly<Record<string, unknown>>;

/** Whether two values of a document are the same, whatever the order of the members of its objects. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => same(left[name], right[name]));
}

/** The members of a row that a form is about. */
export function valuesOf(row: object, members: readonly string[]): Values {
  const all = row as Record<string, unknown>;
  return Object.fromEntries(members.map((name) => [name, all[name] ?? null]));
}

/** What differs: the body of a PATCH. */
export function changed(before: Values, now: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, before[name])));
}

export interface Clash {
  readonly name: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

/**
 * A row was changed by somebody else while this form was filled in. What only they changed is taken from them, what
 * only I changed stays mine; where both changed the same to something different, mine stays and the clash is told.
 */
export function merged(before: Values, mine: Values, theirs: Values): { values: Values; clashes: readonly Clash[] } {
  const values: Record<string, unknown> = {};
  const clashes: Clash[] = [];
  for (const name of Object.keys(mine)) {
    const untouched = same(mine[name], before[name]);
    values[name] = untouched ? theirs[name] : mine[name];
    if (!untouched && !same(theirs[name], before[name]) && !same(theirs[name], mine[name])) {
      clashes.push({ name, mine: mine[name], theirs: theirs[name] });
    }
  }
  return { values, clashes };
}

/** A text without white space around it; nothing where nothing is left: an empty field means "none". */
export function orNone(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}
