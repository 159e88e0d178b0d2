/** What an entry of the audit trail says, column by column, from what to what, as texts. Pure. */

import type { OfficeWords } from "../kit/resource";
import { TEXTS } from "../texts";

export interface Difference {
  readonly column: string;
  /** null: there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Columns that say nothing to a person. */
const SILENT = new Set(["id", "version", "created_at", "updated_at", "search_key"]);
const LONGEST = 240;

export function differences(
  changes: Readonly<Record<string, readonly unknown[]>>,
  what: "created" | "changed" | "removed",
): readonly Difference[] {
  return Object.entries(changes)
    .filter(([column]) => !SILENT.has(column))
    .map(([column, [before, after]]) => ({
      column,
      before: what === "created" ? null : (written(before) ?? (what === "changed" ? "–" : null)),
      after: what === "removed" ? null : (written(after) ?? (what === "changed" ? "–" : null)),
    }))
    .filter((one) => one.before !== null || one.after !== null);
}

/** A value as a text; null: nothing. */
export function written(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (Array.isArray(value)) {
    const parts = value.map(written).filter((one) => one !== null);
    return parts.length === 0 ? null : cut(parts.join("; "));
  }
  if (typeof value === "object") {
    const parts = Object.entries(value)
      .map(([name, one]) => [name, written(one)] as const)
      .filter(([, one]) => one !== null);
    return parts.length === 0 ? null : cut(parts.map(([name, one]) => `${name} ${one}`).join(", "));
  }
  if (typeof value === "boolean") return value ? "✓" : "✗";
  const text = String(value);
  const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(\.\d+)?)?(Z|\+00:00)$/.exec(text);
  return instant === null ? cut(text) : `${instant[1]} ${instant[2]} UTC`;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** A column as people call it, else with its underscores taken out. */
export function columnName(column: string, words: OfficeWords): string {
  const key = `column.${column}`;
  return key in TEXTS ? words.say(key as never) : column.replaceAll("_", " ");
}
