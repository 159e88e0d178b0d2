/** The board, seen at most so often: a map need not be drawn for every event of a busy minute. */

import { useEffect, useState } from "react";
import { type Board, boardNow, live } from "../../live";

/** The board as it was at most so many milliseconds ago; what happens in between draws nothing. */
export function useCalmBoard(everyMs: number): Board | undefined {
  const [board, setBoard] = useState(boardNow);
  useEffect(() => {
    let seen = -Infinity;
    let due: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      due = undefined;
      seen = performance.now();
      setBoard(boardNow());
    };
    const changed = (): void => {
      due ??= setTimeout(look, Math.max(0, seen + everyMs - performance.now()));
    };
    changed();
    const stop = live.store.subscribe(changed);
    return () => {
      stop();
      clearTimeout(due);
    };
  }, [everyMs]);
  return board;
}
