/** A value that changes often, seen at most so often: a map need not be drawn for every event of a busy minute. */

import { useEffect, useRef, useState } from "react";

export function useCalm<Value>(value: Value, everyMs: number): Value {
  const [calm, setCalm] = useState(value);
  const seen = useRef(0);
  useEffect(() => {
    const wait = seen.current === 0 ? 0 : Math.max(0, seen.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      seen.current = performance.now();
      setCalm(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return calm;
}
