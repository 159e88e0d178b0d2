/** The tab "Map": the day on a map, and below it the same visits as a list with how far they are. */

import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import type { Theme } from "@fieldwright/shared/theme";
import type { VisitDocument } from "../day/documents";
import { isFinal } from "../day/lifecycle";
import { useDay } from "../sync";
import type { FieldWords } from "../texts";
import { directionTo, metresBetween, type At } from "./compass";
import { FieldMap, type Names, type Stop } from "./field-map";
import { type MapSource, mapSource } from "./source";
import { useHere } from "./use-here";
import "./map.css";

interface Props {
  readonly words: FieldWords;
  readonly theme: Theme;
  readonly onVisit: (visit: string) => void;
}

export default function MapTab({ words, theme, onVisit }: Props): ReactElement {
  const { visits: handed, planned, next } = useDay();
  const visits = useMemo(() => [...handed, ...planned], [handed, planned]);
  const here = useHere();
  const [source, setSource] = useState<MapSource | null | "asking">("asking");
  useEffect(() => void mapSource().then(setSource), []);
  const stops = useMemo(() => stopsOf(visits, next, words), [visits, next, words]);

  return (
    <main className="screen map-tab" id="content" tabIndex={-1}>
      <h1 className="visually-hidden">{words.say("tab.map")}</h1>
      {source !== "asking" && source !== null && source.kind !== "none" ? (
        <Drawn words={words} theme={theme} source={source} stops={stops} here={here} onVisit={onVisit} />
      ) : (
        <p role="status" className="card">
          {words.say(source === "asking" ? "map.asking" : source === null ? "map.offline" : "map.none")}
        </p>
      )}
      <Distances words={words} visits={visits} here={here} onVisit={onVisit} />
    </main>
  );
}

interface DrawnProps extends Props {
  readonly source: MapSource;
  readonly stops: readonly Stop[];
  readonly here: At | null;
}

function Drawn({ words, theme, source, stops, here, onVisit }: DrawnProps): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<FieldMap | null>(null);
  const [broken, setBroken] = useState(false);
  const look = { theme, language: words.language, source, stops, here };
  const first = useRef({ look, onVisit, words });
  first.current = { look, onVisit, words };

  useEffect(() => {
    if (container.current === null) return;
    try {
      map.current = new FieldMap(container.current, first.current.look, (visit) => first.current.onVisit(visit));
      map.current.name(namesIn(first.current.words));
    } catch {
      // No canvas to draw on: the list below says where everything lies.
      setBroken(true);
    }
    return () => {
      map.current?.remove();
      map.current = null;
    };
  }, []);
  useEffect(() => {
    map.current?.show(look);
    map.current?.name(namesIn(words));
  });

  if (broken) return <p role="alert">{words.say("map.broken")}</p>;
  return (
    <section className="map-frame" aria-label={words.say("map.day")}>
      <div className="map-canvas" ref={container} />
      <p className="attribution">{source.attribution}</p>
      <button type="button" className="map-fit" onClick={() => map.current?.fit()}>
        {words.say("map.fit")}
      </button>
    </section>
  );
}

interface DistancesProps {
  readonly words: FieldWords;
  readonly visits: readonly VisitDocument[];
  readonly here: At | null;
  readonly onVisit: (visit: string) => void;
}

function Distances({ words, visits, here, onVisit }: DistancesProps): ReactElement {
  const left = visits.filter((one) => !isFinal(one.status));
  if (left.length === 0) return <p className="muted">{words.say("map.nothing")}</p>;
  return (
    <ol className="distances">
      {left.map((visit) => (
        <li key={visit.visit}>
          <button type="button" className={mayChange(visit) ? "distance provisional" : "distance"} onClick={() => onVisit(visit.visit)}>
            <span className={`order ${visit.status}`}>{visits.indexOf(visit) + 1}</span>
            <strong>{visit.customer?.name ?? visit.job.title}</strong>
            <span>{visit.site.address}</span>
            <span className="muted">
              {[mayChange(visit) ? words.say("today.planned") : "", distanceOf(words, visit, here)].filter(Boolean).join(" · ")}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Whether it is only planned, or nobody is asked for it yet. */
function mayChange({ provisional, early }: VisitDocument): boolean {
  return provisional || early === true;
}

function distanceOf(words: FieldWords, { site }: VisitDocument, here: At | null): string {
  if (site.lat === null || site.lon === null) return words.say("map.unplaced");
  if (here === null) return "";
  const at: At = [site.lat, site.lon];
  const metres = metresBetween(here, at);
  const direction = words.say(`map.to.${directionTo(here, at)}`);
  if (metres < 950) return words.say("map.metres", { metres: Math.round(metres / 50) * 50, direction });
  return words.say("map.kilometres", { kilometres: Math.round(metres / 100) / 10, direction });
}

function stopsOf(visits: readonly VisitDocument[], next: VisitDocument | null, words: FieldWords): readonly Stop[] {
  return visits.flatMap((visit, index) => {
    const { lat, lon, address } = visit.site;
    if (lat === null || lon === null) return [];
    const look = isFinal(visit.status) ? "done" : visit.visit === next?.visit ? "next" : mayChange(visit) ? "planned" : "later";
    const who = visit.customer?.name ?? visit.job.title;
    const name = words.say(mayChange(visit) ? "map.stop.planned" : "map.stop", { order: index + 1, who, address });
    return [{ visit: visit.visit, order: index + 1, at: [lat, lon] as const, name, look } satisfies Stop];
  });
}

function namesIn(words: FieldWords): Names {
  return { map: words.say("map.day"), zoomIn: words.say("map.in"), zoomOut: words.say("map.out"), here: words.say("map.here") };
}
