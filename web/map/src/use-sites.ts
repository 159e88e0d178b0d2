/** Sites that wait for a place, for whoever may place them: read at first, and whenever a site has changed. */

import { useCallback, useEffect, useState } from "react";
import { type Site, sitesWithoutPlace } from "@fieldwright/shared/places";

export interface Waiting {
  readonly sites: readonly Site[];
  /** There are more than these. */
  readonly more: boolean;
  readonly readAgain: () => void;
}

const NOBODY_WAITS = { sites: [], more: false };

/** `changes` counts what was heard of sites; `may`: whether somebody may place them. */
export function useSitesWithoutPlace(may: boolean, changes: number): Waiting {
  const [found, setFound] = useState<Omit<Waiting, "readAgain">>(NOBODY_WAITS);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (!may) return;
    const reading = new AbortController();
    // What cannot be read now is read at the next change; the day says whether the server answers at all.
    sitesWithoutPlace(reading.signal).then(setFound, () => undefined);
    return () => reading.abort();
  }, [may, changes, asked]);
  const readAgain = useCallback(() => setAsked((before) => before + 1), []);
  return { ...(may ? found : NOBODY_WAITS), readAgain };
}
