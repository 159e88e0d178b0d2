/** The day as it is on the server: read at first, and again whenever the stream says that something has changed. */

import { useCallback, useEffect, useRef, useState } from "react";
import { get, Refused } from "@fieldwright/shared/api";
import { follow, type Happened } from "@fieldwright/shared/live";
import { type Day, dayOf, type Position } from "@fieldwright/shared/map/day";

export type Trouble = "forbidden" | "unreachable" | "signed-out" | { readonly detail: string };

export interface Today {
  readonly day: Day | null;
  readonly trouble: Trouble | null;
  readonly live: boolean;
  readonly readAgain: () => void;
  /** How often something was heard that may concern where sites are. */
  readonly siteChanges: number;
}

/** So long after a change the day is read, so that a burst of changes is read once. */
const GATHER_MS = 700;
/** What may give a site a place, take it away, or add one without. */
const OF_SITES: ReadonlySet<string> = new Set(["SitePlaced", "RecordChanged", "ImportApplied"]);
/** Where the stream is down, the day is asked for so often. */
const ASK_MS = 15_000;

/** Where everybody is; null where that cannot be had. Without it the plan is still worth showing. */
async function everybodysPosition(signal: AbortSignal): Promise<Position[] | null> {
  try {
    return await positions(signal);
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) return null;
    throw error;
  }
}

async function positions(signal: AbortSignal): Promise<Position[]> {
  const found: Position[] = [];
  let after: string | null | undefined;
  do {
    const query: Record<string, string> = after == null ? { limit: "200" } : { limit: "200", after };
    const page = await get("/api/v1/positions", query, signal);
    found.push(...page.items);
    after = page.next == null ? null : new URL(page.next, location.href).searchParams.get("after");
  } while (after != null);
  return found;
}

async function read(signal: AbortSignal, before: Day | null): Promise<Day> {
  const [board, drawing, unplaced, seen] = await Promise.all([
    get("/api/v1/plans/today", {}, signal),
    get("/api/v1/plans/today/routes", {}, signal),
    get("/api/v1/map/unassigned", {}, signal),
    everybodysPosition(signal),
  ]);
  return dayOf(board, drawing, unplaced, seen, before);
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Refused)) return "unreachable";
  if (error.status === 401) return "signed-out";
  return error.status === 403 ? "forbidden" : { detail: error.message };
}

export function useToday(onSignedOut: () => void): Today {
  const [day, setDay] = useState<Day | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [live, setLive] = useState(false);
  const [siteChanges, setSiteChanges] = useState(0);
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const reading = useRef<AbortController | null>(null);
  const again = useRef(false);
  const known = useRef<Day | null>(null);

  const readNow = useCallback(async (): Promise<void> => {
    if (reading.current !== null) {
      again.current = true;
      return;
    }
    const controller = new AbortController();
    reading.current = controller;
    try {
      const found = await read(controller.signal, known.current);
      known.current = found;
      setDay(found);
      setTrouble(null);
    } catch (error) {
      if (controller.signal.aborted) return;
      const found = troubleOf(error);
      setTrouble(found);
      if (found === "signed-out") onSignedOut();
    } finally {
      if (reading.current === controller) reading.current = null;
    }
    if (again.current) {
      again.current = false;
      void readNow();
    }
  }, [onSignedOut]);

  const readSoon = useCallback((): void => {
    clearTimeout(due.current);
    due.current = setTimeout(() => void readNow(), GATHER_MS);
  }, [readNow]);

  const heard = useCallback(
    ({ kind }: Happened): void => {
      if (OF_SITES.has(kind)) setSiteChanges((before) => before + 1);
      readSoon();
    },
    [readSoon],
  );
  const missed = useCallback((): void => {
    setSiteChanges((before) => before + 1);
    readSoon();
  }, [readSoon]);

  useEffect(() => {
    void readNow();
    const stop = follow({ heard, reset: missed, ended: onSignedOut, connected: setLive });
    return () => {
      stop();
      clearTimeout(due.current);
      reading.current?.abort();
      reading.current = null;
    };
  }, [heard, missed, onSignedOut, readNow]);

  useEffect(() => {
    if (live) return;
    const asking = setInterval(readSoon, ASK_MS);
    return () => clearInterval(asking);
  }, [live, readSoon]);

  return { day, trouble, live, readAgain: readSoon, siteChanges };
}
