/** Whether a part of the page is still shown, for what comes back after it was asked for. */

import { useCallback, useEffect, useRef } from "react";

/** True as long as the part that calls this is on the page. */
export function useIsHere(): () => boolean {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => void (here.current = false);
  }, []);
  return useCallback(() => here.current, []);
}
