/** Taps are confirmed and refusals made heard, for as long as the app is open. */

import { useEffect, useRef } from "react";
import { useDay, useOutbox, whenTapped } from "../../sync";
import type { FieldWords } from "../../texts";
import { confirm, warn } from "./confirm";

export function useConfirmations(words: FieldWords): void {
  const { next } = useDay();
  const latest = useRef({ words, next });
  latest.current = { words, next };

  useEffect(
    () =>
      whenTapped((entry) => {
        const { words: now, next: after } = latest.current;
        // The visit that has just been ended is still the next one until the screen is drawn again.
        const other = after !== null && after.visit !== entry.visit ? after : null;
        confirm(entry, now, other?.customer?.name ?? null);
      }),
    [],
  );

  const refused = useOutbox().filter((one) => one.fate === "refused").length;
  const known = useRef(refused);
  useEffect(() => {
    if (refused > known.current) warn(latest.current.words);
    known.current = refused;
  }, [refused]);
}
