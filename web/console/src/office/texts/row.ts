import type { Text } from "../../words";

/** One text, in English and in Chinese. */
export function t(en: string, zh: string): Text {
  return { en, zh };
}
