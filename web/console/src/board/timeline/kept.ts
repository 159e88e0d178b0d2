/** How the timeline was looked at last: kept in this browser, as nobody else's business. */

import { useCallback, useState } from "react";
import type { Order } from "./rows";
import { ORDERS } from "./rows";
import { type Sight, SIGHTS } from "./time-scale";

export interface Look {
  /** How near; null: a width of the hour that was chosen by hand. */
  readonly sight: Sight | null;
  readonly hour: number;
  readonly order: Order;
  readonly grouped: boolean;
}

const KEPT = "fieldwright.timeline";
const FIRST: Look = { sight: "day", hour: 90, order: "name", grouped: true };

export function useLook(): readonly [Look, (change: Partial<Look>) => void] {
  const [look, setLook] = useState<Look>(read);
  const change = useCallback((part: Partial<Look>) => {
    setLook((before) => {
      const next = { ...before, ...part };
      localStorage.setItem(KEPT, JSON.stringify(next));
      return next;
    });
  }, []);
  return [look, change];
}

/** What was kept, where it can be read: an older version may have kept something else. */
function read(): Look {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Look>;
    return {
      sight: kept.sight === null || SIGHTS.includes(kept.sight as Sight) ? (kept.sight ?? null) : FIRST.sight,
      hour: typeof kept.hour === "number" && kept.hour > 0 ? kept.hour : FIRST.hour,
      order: ORDERS.includes(kept.order as Order) ? (kept.order as Order) : FIRST.order,
      grouped: typeof kept.grouped === "boolean" ? kept.grouped : FIRST.grouped,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return FIRST;
    throw error;
  }
}
