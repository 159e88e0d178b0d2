/** A map inside of a page: made once the ground is known, made again in another theme or language. */

import { type ReactElement, type RefObject, useEffect, useRef, useState } from "react";
import { useTheme } from "../../theme";
import type { Shape } from "../../request";
import { useOne } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import type { Point } from "@fieldwright/shared/map/day";
import { GroundMap } from "./ground-map";

interface Used {
  readonly canvas: RefObject<HTMLDivElement | null>;
  readonly map: GroundMap | null;
  readonly attribution: string;
  /** What is missing, where there is no base map. */
  readonly missing: string | null;
  readonly trouble: string;
}

export function useGround(words: OfficeWords, name: string, onPoint?: (at: Point) => void): Used {
  const canvas = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const source = useOne<Shape<"MapSourceShape">>("/api/v1/map/source").data;
  const [map, setMap] = useState<GroundMap | null>(null);
  const [trouble, setTrouble] = useState("");
  const latest = useRef(onPoint);
  latest.current = onPoint;
  const points = onPoint !== undefined;
  useEffect(() => {
    if (source === undefined || canvas.current === null) return;
    const made = new GroundMap({
      container: canvas.current,
      source,
      theme,
      language: words.language,
      names: { map: name, zoomIn: words.say("map.in"), zoomOut: words.say("map.out"), mark: words.say("map.mark") },
      ...(points ? { onPoint: (at: Point) => latest.current?.(at) } : {}),
      onTrouble: setTrouble,
    });
    setMap(made);
    return () => {
      setMap(null);
      made.remove();
    };
  }, [source, theme, words, name, points]);
  return { canvas, map, attribution: source?.attribution ?? "", missing: source?.missing ?? null, trouble };
}

export function Ground({ used, className = "" }: { readonly used: Used; readonly className?: string }): ReactElement {
  return (
    <div className={`office-ground ${className}`}>
      <div ref={used.canvas} className="canvas office-canvas" />
      {used.attribution !== "" && <p className="office-attribution">{used.attribution}</p>}
      {used.missing !== null && <p className="office-ground-note">{used.missing}</p>}
    </div>
  );
}
