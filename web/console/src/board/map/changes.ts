/** What of a source has changed: a mark that looks as it did is the same object, so that comparing costs next to nothing. */

import type { Feature } from "geojson";

export interface Changes {
  /** What is new, and what has changed: the map puts it in the place of what has the same id. */
  readonly add: Feature[];
  readonly remove: string[];
}

/** With more of them changed than this share, everything is handed over: that is quicker then. */
const MOST = 0.5;

/** The changes between two states of a source whose features have their id in a property; null: it is another one. */
export function changesOf(before: readonly Feature[], after: readonly Feature[], id: string): Changes | null {
  const known = new Map(before.map((one) => [idOf(one, id), one]));
  const add: Feature[] = [];
  for (const one of after) {
    const own = idOf(one, id);
    if (known.get(own) !== one) add.push(one);
    known.delete(own);
  }
  const remove = [...known.keys()];
  return add.length + remove.length > MOST * Math.max(before.length, 1) ? null : { add, remove };
}

function idOf(feature: Feature, id: string): string {
  return String(feature.properties?.[id]);
}
