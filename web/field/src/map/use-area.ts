/**
 * The map of the day's area is here before anybody drives into a dead spot: fetched once for a day's visits while there
 * is a network and nobody has asked the browser to save data. When the day goes, it goes with it.
 */

import { useEffect } from "react";
import { recall, remember } from "../store/meta";
import { useDay, useKept } from "../sync";
import { isUnanswered } from "../work/unanswered";
import { areaOf, fetchArea } from "./area";
import { dropKept } from "./kept-bytes";
import { mapSource } from "./source";

/** The day itself comes first. */
const AFTER_MS = 4_000;
/** Where it broke off, it goes on after so long. */
const AGAIN_MS = 5 * 60_000;

export function useAreaAhead(): void {
  const date = useKept()?.meta.day?.date ?? null;
  const heard = useKept()?.meta.contact?.heard ?? null;
  const { visits, planned, tomorrow } = useDay();
  const area = areaOf([...visits, ...planned, ...tomorrow]);
  const which = area === null || date === null ? null : JSON.stringify([date, area.map((one) => Math.round(one * 1e4))]);

  useEffect(() => {
    if (heard !== null && date === null) void dropKept();
  }, [date, heard]);

  useEffect(() => {
    if (which === null || area === null || savesData()) return undefined;
    const stopping = new AbortController();
    let due = setTimeout(go, AFTER_MS);
    function go(): void {
      fetchOnce(which ?? "", area ?? [0, 0, 0, 0], stopping.signal).catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        if (!isUnanswered(error)) console.error(error);
        due = setTimeout(go, AGAIN_MS);
      });
    }
    return () => {
      stopping.abort();
      clearTimeout(due);
    };
    // The area is what `which` says; its coordinates are made anew each time.
  }, [which]);
}

async function fetchOnce(which: string, area: NonNullable<ReturnType<typeof areaOf>>, signal: AbortSignal): Promise<void> {
  if ((await recall("area")) === which) return;
  const source = await mapSource();
  if (source === null || signal.aborted) return;
  await fetchArea(source, area, () => undefined, signal);
  if (!signal.aborted) await remember("area", which);
}

/** Whoever pays for each megabyte has told the browser; Me has a button for it all the same. */
function savesData(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
