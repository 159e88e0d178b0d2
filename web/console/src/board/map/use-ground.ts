/** Keeps the map that knows no framework in step with what is to be seen on it. */

import { type RefObject, useEffect, useRef, useState } from "react";
import type { FeatureCollection } from "geojson";
import { type Found, Ground, type Paper, type SourceName } from "./ground";
import type { Bounds } from "./marks";

export interface Seen {
  readonly paper: Paper | null;
  readonly data: Readonly<Partial<Record<SourceName, FeatureCollection>>>;
  readonly chosen: ReadonlySet<string>;
  readonly pointed: string | null;
  readonly faint: { readonly routes: boolean; readonly stops: boolean };
  readonly bounds: Bounds | null;
  readonly names: { readonly map: string; readonly zoomIn: string; readonly zoomOut: string };
}

export type Trouble = "well" | "no-tiles" | "no-canvas";

export interface Grounded {
  readonly container: RefObject<HTMLDivElement | null>;
  readonly ground: RefObject<Ground | null>;
  readonly trouble: Trouble;
}

export function useGround(seen: Seen, onClick: (found: Found, add: boolean) => void, onPoint: (found: Found) => void): Grounded {
  const container = useRef<HTMLDivElement>(null);
  const ground = useRef<Ground | null>(null);
  const [trouble, setTrouble] = useState<Trouble>("well");
  const latest = useRef({ seen, onClick, onPoint });
  latest.current = { seen, onClick, onPoint };
  const ready = seen.paper !== null;

  useEffect(() => {
    const { paper, bounds } = latest.current.seen;
    if (container.current === null || paper === null) return;
    try {
      ground.current = new Ground({
        container: container.current,
        paper,
        bounds,
        onClick: (found, add) => latest.current.onClick(found, add),
        onPoint: (found) => latest.current.onPoint(found),
        onTrouble: () => setTrouble("no-tiles"),
      });
    } catch {
      setTrouble("no-canvas");
    }
    return () => {
      ground.current?.remove();
      ground.current = null;
    };
  }, [ready]);

  const { paper, data, chosen, pointed, faint, names } = seen;
  useEffect(() => {
    if (paper !== null) ground.current?.paper(paper);
  }, [paper, ready]);
  useEffect(() => {
    for (const [name, some] of Object.entries(data)) if (some !== undefined) ground.current?.put(name as SourceName, some);
  }, [data, ready]);
  useEffect(() => ground.current?.mark(chosen, pointed), [chosen, pointed, ready]);
  useEffect(() => ground.current?.fade(faint), [faint, ready]);
  useEffect(() => ground.current?.name(names), [names, ready]);
  return { container, ground, trouble };
}
