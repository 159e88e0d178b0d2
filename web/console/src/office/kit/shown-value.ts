/** A value of a document as somebody reads it, where there is no field to show it in. */

import { writtenDuration } from "./duration";
import type { Field, OfficeWords } from "./resource";

export function shownValue(value: unknown, field: Field | undefined, words: OfficeWords): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return words.say(value ? "kit.yes" : "kit.no");
  if (field?.kind === "duration" && typeof value === "number") return writtenDuration(value, words.language);
  if (field?.kind === "choice") {
    const option = field.options.find((one) => one.value === value);
    if (option !== undefined) return words.say(option.label);
  }
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map((one) => shownValue(one, undefined, words)).join("; ");
  if (typeof value === "object") {
    return Object.entries(value)
      .filter(([, one]) => one !== null && one !== "")
      .map(([name, one]) => `${name} ${shownValue(one, undefined, words)}`)
      .join(", ");
  }
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return `${words.date(text)} ${words.time(text)}`;
  return text;
}
