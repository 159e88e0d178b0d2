/** How near one looks at the day, and that what is looked at stays where it is when that changes. */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useBoardPart } from "../../live";
import type { Look } from "./kept";
import { sameSpan, spanNow } from "./rows-now";
import { HOUR, hourOf, NARROWEST_HOUR, type Scale, type Sight, zoomed } from "./time-scale";

export interface Scaling {
  readonly scale: Scale;
  /** By a factor, about a point of the view; without one, about its middle. */
  readonly zoom: (factor: number, x?: number) => void;
  readonly sight: (sight: Sight) => void;
}

export function useScale(scroller: RefObject<HTMLDivElement | null>, width: number, look: Look, change: (part: Partial<Look>) => void): Scaling {
  const span = useBoardPart(spanNow, sameSpan);
  const hours = Math.max((span.until - span.from) / HOUR, 1);
  const narrowest = Math.max(width / hours, NARROWEST_HOUR);
  const hour = look.sight === null ? Math.max(look.hour, narrowest) : Math.max(hourOf(look.sight, span, width), width > 0 ? narrowest : 1);
  const scale = useMemo(() => ({ ...span, hour }), [span, hour]);

  // What to scroll to once the new scale is on the page.
  const wanted = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (wanted.current !== null && scroller.current !== null) scroller.current.scrollLeft = wanted.current;
    wanted.current = null;
  }, [scale, scroller]);

  const latest = useRef({ hour, width, narrowest });
  useEffect(() => {
    latest.current = { hour, width, narrowest };
  });
  const to = useCallback(
    (factor: number, x: number, sight: Sight | null) => {
      const { hour: before, narrowest: least } = latest.current;
      const { hour: next, left } = zoomed(before, scroller.current?.scrollLeft ?? 0, factor, x, least);
      if (next === before && sight === null) return;
      wanted.current = left;
      latest.current.hour = next;
      change({ sight, hour: next });
    },
    [scroller, change],
  );
  const zoom = useCallback((factor: number, x?: number) => to(factor, x ?? latest.current.width / 2, null), [to]);
  const sight = useCallback(
    (chosen: Sight) => to(hourOf(chosen, span, latest.current.width) / latest.current.hour, latest.current.width / 2, chosen),
    [to, span],
  );
  return { scale, zoom, sight };
}
