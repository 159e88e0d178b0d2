/** Answers on their way: shown at once, what is tapped kept at once, what is typed a moment after the last letter. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { act } from "../../sync";
import type { Tapping } from "../../pieces/tapping";
import { portions } from "./portions";
import type { Answer, Answers } from "./schema";

/** What is about to be kept, by who is about to: whoever ends a visit has it kept before. */
const underWay = new Set<() => Promise<void>>();

/** Keep every answer that was just given, such as before the visit is completed. */
export async function keepAnswers(): Promise<void> {
  await Promise.all([...underWay].map((keepNow) => keepNow()));
}

/** So long after the last letter what was typed is kept, so that a word is one action. */
const PAUSE_MS = 700;

export type How = "tapped" | "typed";

export interface Keeping {
  /** With what was changed on this screen. */
  readonly answers: Answers;
  /** What is shown, and what is kept of it: nothing where the answer is none, which the server would refuse. */
  readonly change: (name: string, value: Answer | null, kept: Answer | null, how: How) => void;
}

export function useKeeping(visit: string, version: number | string, known: Answers, tap: Tapping["tap"]): Keeping {
  const [changed, setChanged] = useState<Answers>({});
  const unkept = useRef<Record<string, Answer | null>>({});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const keepNow = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    const answers = unkept.current;
    if (Object.keys(answers).length === 0) return;
    unkept.current = {};
    const done = await tap(async () => {
      for (const portion of portions(answers)) await act("checklist", visit, { version, answers: portion });
    });
    // What could not be kept stays to be kept, below what was changed since.
    if (!done) unkept.current = { ...answers, ...unkept.current };
  }, [tap, version, visit]);

  const change = useCallback(
    (name: string, value: Answer | null, kept: Answer | null, how: How): void => {
      setChanged((before) => ({ ...before, [name]: value }));
      unkept.current = { ...unkept.current, [name]: kept };
      clearTimeout(timer.current);
      if (how === "tapped") void keepNow();
      else timer.current = setTimeout(() => void keepNow(), PAUSE_MS);
    },
    [keepNow],
  );

  // What the documents tell of is theirs again: should the server refuse it, that is seen here too.
  useEffect(() => {
    setChanged((before) => {
      const left = Object.entries(before).filter(([name, value]) => name in unkept.current || !isSame(value, known[name]));
      return left.length === Object.keys(before).length ? before : Object.fromEntries(left);
    });
  }, [known]);

  useEffect(() => {
    underWay.add(keepNow);
    const leaving = (): void => void keepNow();
    addEventListener("pagehide", leaving);
    document.addEventListener("visibilitychange", leaving);
    return () => {
      underWay.delete(keepNow);
      removeEventListener("pagehide", leaving);
      document.removeEventListener("visibilitychange", leaving);
      leaving();
    };
  }, [keepNow]);

  const answers = useMemo(() => ({ ...known, ...changed }), [known, changed]);
  return { answers, change };
}

function isSame(one: Answer | null | undefined, other: Answer | null | undefined): boolean {
  return (one ?? null) === (other ?? null) || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
