/** A tap on its way to the disk: what cannot be kept is said where it was tapped. */

import { useCallback, useState } from "react";
import { Full } from "../store/room";
import type { FieldWords } from "../texts";

export interface Tapping {
  /** It is being kept; milliseconds as a rule. */
  readonly going: boolean;
  /** Why it could not be kept; null: it was. */
  readonly failed: string | null;
  /** Do it; answers whether it is kept now. */
  readonly tap: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useTapping(words: FieldWords): Tapping {
  const [going, setGoing] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const tap = useCallback(
    async (work: () => Promise<unknown>): Promise<boolean> => {
      setGoing(true);
      setFailed(null);
      try {
        await work();
        return true;
      } catch (error) {
        setFailed(error instanceof Full ? words.say("failed.full") : words.say("failed.kept", { why: String(error) }));
        return false;
      } finally {
        setGoing(false);
      }
    },
    [words],
  );
  return { going, failed, tap };
}
