import { useMemo } from "react";
import { useSpan } from "../pieces";
import { amount } from "../plans";
import { useWords, type Words } from "../words";
import type { Speaker } from "./said";
import { type Key, TEXTS } from "./texts";

/** Words, spans and amounts in the reader's language. */
export function useSpeaker(): Speaker & { readonly words: Words<Key> } {
  const words = useWords(TEXTS);
  const span = useSpan();
  return useMemo(() => ({ words, span, amount: (value: number) => amount(value, words.language) }), [words]);
}
