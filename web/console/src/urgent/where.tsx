/** Who could come, on the map. */

import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Waiting } from "../pieces";
import { ask } from "../request";
import { hover, useHover } from "../select";
import { useTheme } from "../theme";
import { useReading, useWords } from "../words";
import type { AtHand, Choice } from "./form";
import { TEXTS } from "./texts";
import { WhereMap } from "./where-map";

interface Props {
  readonly place: { readonly lat: number; readonly lon: number } | null;
  readonly data: AtHand | undefined;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

export function Where({ place, data, choice, onChoose }: Props): ReactElement {
  const words = useWords(TEXTS);
  const theme = useTheme();
  const { language } = useReading();
  const pointed = useHover();
  const source = useQuery({ queryKey: ["map-source"], staleTime: Infinity, queryFn: ({ signal }) => ask("/api/v1/map/source", {}, signal) }).data;
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<WhereMap | null>(null);
  const [broken, setBroken] = useState(false);
  const latest = useRef({ data, onChoose });
  latest.current = { data, onChoose };

  useEffect(() => {
    if (container.current === null || source === undefined) return undefined;
    try {
      map.current = new WhereMap(container.current, source, theme, language, (id) => {
        const one = latest.current.data?.candidates.find((candidate) => candidate.technician === id);
        if (one !== undefined) latest.current.onChoose({ kind: "person", technician: id, name: one.name, start: one.start });
        hover(id);
      });
    } catch {
      setBroken(true);
    }
    return () => {
      map.current?.remove();
      map.current = null;
    };
  }, [source, theme, language]);

  const candidates = data?.candidates ?? [];
  useEffect(() => {
    map.current?.show({
      place,
      placeName: words.say("urgent.map.site"),
      people: candidates.map((one) => ({
        id: one.technician,
        label: words.time(one.arrival),
        name: `${one.name}: ${words.say("urgent.arrives", { time: words.time(one.arrival) })}`,
        lat: one.lat,
        lon: one.lon,
        chosen: choice?.kind === "person" && choice.technician === one.technician,
        pointed: pointed === one.technician,
      })),
    });
  }, [place?.lat, place?.lon, data, choice, pointed, source, theme, language, words]);

  return (
    <section className="urgent-where" aria-label={words.say("urgent.map")}>
      {source === undefined && <Waiting />}
      {!broken && <div ref={container} className="urgent-canvas" />}
    </section>
  );
}
