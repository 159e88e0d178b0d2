/**
 * How long the texts of a tap may be: as the server takes them (limits.json is made of its table of kinds). A tap with
 * a longer one would be refused as not understood, and what was done with it lost.
 */

import table from "./limits.json";

/** The most characters, by kind and text. */
export const LONGEST = table.texts;

/** Refusals that tell of no conflict; the others are before the dispatcher. */
export const QUIET: ReadonlySet<string> = new Set(table.quiet);

type Said = Readonly<Record<string, unknown>>;

/** The same, with no text longer than the server takes, and none that cannot be kept as UTF-8. */
export function fitting(kind: string, data: Said): Said {
  const limits: Readonly<Record<string, number>> = (LONGEST as Readonly<Record<string, Readonly<Record<string, number>>>>)[kind] ?? {};
  return within(data, limits, "");
}

function within(data: Said, limits: Readonly<Record<string, number>>, place: string): Said {
  const cut = ([name, value]: [string, unknown]): [string, unknown] => {
    const here = `${place}${name}`;
    if (typeof value === "string") return [name, shortened(value, limits[here] ?? Number.POSITIVE_INFINITY)];
    if (!Array.isArray(value) || !Object.keys(limits).some((one) => one.startsWith(`${here}.`))) return [name, value];
    return [name, value.map((one: Said) => within(one, limits, `${here}.`))];
  };
  return Object.fromEntries(Object.entries(data).map(cut));
}

/** By characters as the server counts them (code points), which cuts none in half. */
function shortened(text: string, most: number): string {
  const whole = text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\ufffd");
  return whole.length <= most ? whole : Array.from(whole).slice(0, most).join("");
}
