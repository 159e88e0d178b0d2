/** The map itself: hands what is to be seen to the map that knows no framework. */

import type { Feature } from "geojson";
import { type ReactElement, useEffect, useRef, useState } from "react";
import type { MapSource } from "@fieldwright/shared/map/base";
import type { Day, Point } from "@fieldwright/shared/map/day";
import { type Chosen, DayMap, type Look, type Names } from "@fieldwright/shared/map/day-map";
import type { Theme } from "@fieldwright/shared/theme";
import type { PageWords } from "./texts";

interface Props {
  readonly words: PageWords;
  readonly theme: Theme;
  readonly source: MapSource;
  readonly day: Day;
  readonly territories: readonly Feature[];
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
  readonly mark: Point | null;
  /** The mark is where an address may lie, and not where somebody pointed: it is looked at from near. */
  readonly near: boolean;
  /** Somebody says where a site is; null: nobody does. */
  readonly onPoint: ((at: Point) => void) | null;
}

const NOBODY = "nobody";

export function Ground({ words, theme, source, day, territories, chosen, onChoose, mark, near, onPoint }: Props): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<DayMap | null>(null);
  const [state, setState] = useState<"well" | "no-tiles" | "no-canvas">("well");
  const look: Look = {
    theme,
    language: words.language,
    source,
    day,
    territories,
    // Who looks for a place looks at streets: everybody's routes are faint then.
    selected: onPoint === null ? chosen.technician : NOBODY,
    visit: chosen.visit,
    pointing: onPoint !== null,
    mark,
  };
  const first = useRef({ look, onChoose, onPoint, words });

  useEffect(() => {
    if (container.current === null) return;
    const { look: begins, onChoose: tell, words: spoken } = first.current;
    try {
      map.current = new DayMap({
        container: container.current,
        look: begins,
        onChoose: tell,
        onTrouble: () => setState("no-tiles"),
        onPoint: (at) => first.current.onPoint?.(at),
        names: namesIn(spoken),
      });
    } catch {
      setState("no-canvas");
    }
    return () => {
      map.current?.remove();
      map.current = null;
    };
  }, []);

  useEffect(() => map.current?.name(namesIn(words)), [words]);
  useEffect(() => map.current?.show(look));
  useEffect(() => {
    if (chosen.visit === null) map.current?.fit(chosen.technician);
  }, [chosen.technician, chosen.visit]);
  useEffect(() => {
    const at = chosen.visit === null ? undefined : placeOf(first.current.look.day, chosen.visit);
    if (at !== undefined) map.current?.go(at);
  }, [chosen.visit]);
  useEffect(() => {
    if (mark !== null && near) map.current?.go(mark);
  }, [mark, near]);
  first.current = { look, onChoose, onPoint, words };

  return (
    <>
      <div className="canvas" ref={container} data-theme-drawn={theme} />
      {state === "no-canvas" && (
        <div className="over" role="alert">
          <h2>{words.say("map.broken")}</h2>
          <p>{words.say("map.broken.why")}</p>
        </div>
      )}
      {state !== "no-canvas" && source.kind === "none" && (
        <div className="over" role="status">
          <h2>{words.say("map.none")}</h2>
          <p>{words.say("map.none.why")}</p>
          <p>{words.language === "en" && source.missing !== null ? source.missing.replaceAll("`", "") : words.say("map.none.next")}</p>
        </div>
      )}
      {state === "no-tiles" && source.kind !== "none" && (
        <p className="over small" role="status">
          {words.say("map.trouble")}
        </p>
      )}
      {source.kind !== "none" && <p className="attribution">{source.attribution}</p>}
    </>
  );
}

function placeOf(day: Day, visit: string): readonly [number, number] | undefined {
  const stops = day.technicians.flatMap((one) => one.stops);
  return [...stops, ...day.open].find((one) => one.visit === visit)?.at;
}

function namesIn(words: PageWords): Names {
  return { map: words.say("map"), zoomIn: words.say("zoom.in"), zoomOut: words.say("zoom.out"), mark: words.say("place.mark") };
}
