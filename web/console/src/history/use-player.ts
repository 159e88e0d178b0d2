/** Where in the day the replay stands, and whether it runs: so many minutes of the day in each second of ours. */

import { useCallback, useEffect, useRef, useState } from "react";
import { MINUTE, type Played } from "./model";

export const SPEEDS = [1, 5, 15, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Player {
  readonly at: number;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly setSpeed: (speed: Speed) => void;
  readonly toggle: () => void;
  readonly seek: (at: number) => void;
  readonly step: (minutes: number) => void;
}

export function usePlayer(day: Played): Player {
  const [at, setAt] = useState(day.from);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(5);
  const exact = useRef(at);
  const { from, last: until } = day;

  const seek = useCallback(
    (to: number): void => {
      exact.current = Math.min(until, Math.max(from, to));
      setAt(exact.current);
    },
    [from, until],
  );
  const step = useCallback((minutes: number): void => seek(Math.round(exact.current / MINUTE) * MINUTE + minutes * MINUTE), [seek]);
  const toggle = useCallback((): void => {
    if (!playing && exact.current >= until) seek(from);
    setPlaying(!playing);
  }, [playing, seek, from, until]);

  useEffect(() => {
    if (!playing) return undefined;
    let frame = 0;
    let before = performance.now();
    const tick = (now: number): void => {
      // A page that was hidden does not run on.
      exact.current = Math.min(until, exact.current + Math.min(200, now - before) * speed * 60);
      before = now;
      setAt(exact.current);
      if (exact.current >= until) setPlaying(false);
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, until]);

  return { at, playing, speed, setSpeed, toggle, seek, step };
}
