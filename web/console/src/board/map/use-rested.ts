/** What is pointed at, once the pointer rests: rows that scroll by under it are not drawn on the map one after another. */

import { useEffect, useState } from "react";

const REST_MS = 120;

/** The value as it has been for a moment. */
export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
