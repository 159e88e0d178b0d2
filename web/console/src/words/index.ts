/** What people read: each folder has a table of its own, and says its keys in the language that was chosen. */

import { createContext, useContext } from "react";
import { type Language, type SharedKey, type Table, type Words, words } from "@fieldwright/shared/texts";

export type { Language, Table, Words } from "@fieldwright/shared/texts";

/** One text in every language, as a row of a table. */
export type Text = Readonly<Record<Language, string>>;

/** In which language people read, and in which time zone the work is done. */
export interface Reading {
  readonly language: Language;
  readonly timeZone: string | undefined;
}

export const ReadingContext = createContext<Reading>({ language: "en", timeZone: undefined });

export function useReading(): Reading {
  return useContext(ReadingContext);
}

const MADE = new WeakMap<object, Map<string, unknown>>();

/** The words of a folder's table, and of what all pages share. The same object as long as nothing changes. */
export function useWords<Key extends string>(table: Table<Key>): Words<Key | SharedKey> {
  const { language, timeZone } = useReading();
  return wordsOf(table, language, timeZone);
}

export function wordsOf<Key extends string>(
  table: Table<Key>,
  language: Language,
  timeZone: string | undefined,
): Words<Key | SharedKey> {
  let made = MADE.get(table);
  if (made === undefined) MADE.set(table, (made = new Map()));
  const name = `${language} ${timeZone ?? ""}`;
  let found = made.get(name) as Words<Key | SharedKey> | undefined;
  if (found === undefined) made.set(name, (found = words(table, language, timeZone)));
  return found;
}
