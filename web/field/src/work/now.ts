/** What time it is in the operation, whose clock may run faster than this phone's. */

import { useCallback } from "react";
import { useKept } from "../sync";

/** Asked whenever it is needed; milliseconds. */
export function useOperationNow(): () => number {
  const clock = useKept()?.meta.clock;
  return useCallback(() => {
    const here = Date.now();
    return clock === undefined ? here : Date.parse(clock.now) + Math.max(0, here - clock.at) * clock.pace;
  }, [clock]);
}
