/** The map of the board: routes on real roads, visits by state, people where they are, and what a proposal changes. */

import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import type { FeatureCollection } from "geojson";
import { useCommand } from "../../commands";
import { type Board, useNow } from "../../live";
import { ask } from "../../request";
import { hover, isEverything, matches, select, showProposal, technicianMatches, useFilter, useHover, useSelection, useShownProposal } from "../../select";
import { useReading, useWords } from "../../words";
import { AboutPointed } from "./about-pointed";
import type { Found } from "./ground";
import type { LonLat } from "./hues";
import { Legend } from "./legend";
import { MapList } from "./map-list";
import { boardHues, boundsOf, ordersOf, peopleMarks, placeOf, routeMarks, stopMarks, stopsOf, territoryMarks } from "./marks";
import { NoGround } from "./no-ground";
import { TEXTS } from "./texts";
import { useCalmBoard } from "./use-calm";
import { useTheme } from "../../theme";
import { useGround } from "./use-ground";
import { useGhosts } from "./use-proposal";
import { useRested } from "./use-rested";
import { useRoutes } from "./use-routes";
import "./map.css";

/** The map is drawn at most so often (ms), however much happens. */
const CALM_MS = 1000;
/** With more people on duty, everybody's routes at once are a tangle: those of who is selected are shown at first. */
const MANY = 40;
/** How long ago somebody was seen, and whether a promise is broken, goes by the clock; once a minute is often enough. */
const MINUTE = 60_000;

export function BoardMap(): ReactElement {
  const words = useWords(TEXTS);
  const { language } = useReading();
  const theme = useTheme();
  const board = useCalmBoard(CALM_MS);
  const source = useQuery({ queryKey: ["map-source"], staleTime: Infinity, queryFn: ({ signal }) => ask("/api/v1/map/source", {}, signal) }).data;
  const filter = useFilter();
  const selection = useSelection();
  const pointed = useRested(useHover());
  const proposal = useShownProposal();
  const routes = useRoutes(board);
  const ghosts = useGhosts(proposal, board, routes.legs);
  const [chosenMode, setMode] = useState<"all" | "some" | null>(null);
  const [listed, setListed] = useState(false);
  const mode = chosenMode ?? ((board?.technicians.length ?? 0) > MANY ? "some" : "all");

  const { visits, technicians, territories } = board ?? NOBODY;
  const people = useMemo(
    () => (isEverything(filter) ? null : new Set(technicians.filter((one) => technicianMatches(one, filter)).map((one) => one.id))),
    [technicians, filter],
  );
  const keptHues = useRef<ReadonlyMap<string, number>>(new Map());
  const hues = useMemo(() => (board === undefined ? keptHues.current : (keptHues.current = boardHues(board, keptHues.current))), [board]);
  const orders = useMemo(() => ordersOf(technicians), [technicians]);
  // Each source by what it shows: where somebody has moved, the visits are not handed over anew.
  const areas = useMemo(() => territoryMarks(territories), [territories]);
  const now = useNow(MINUTE);
  const stops = useMemo(
    () => stopMarks(visits, orders, hues, theme, now, (visit) => matches(visit, filter)),
    [visits, orders, hues, theme, now, filter],
  );
  const persons = useMemo(() => peopleMarks(technicians, hues, theme, now, people), [technicians, hues, theme, now, people]);

  const chosen = useMemo(() => new Set(selection.map((one) => one.id)), [selection]);
  const lit = useMemo(() => {
    const named = new Set<string>();
    for (const id of [...chosen, ...(pointed === null ? [] : [pointed])]) {
      if (board?.technicianById.has(id) === true) named.add(id);
      for (const one of board?.visitById.get(id)?.planned ?? []) named.add(one.technician);
    }
    return named;
  }, [board, chosen, pointed]);
  const litKey = [...lit].sort().join(" ");

  const drawn = useMemo(() => [...routes.legs.values()].flat(), [routes.legs]);
  const ways = useMemo(() => {
    const others = (one: string): boolean => !ghosts.technicians.has(one) && (people === null || people.has(one));
    return routeMarks(mode === "all" ? drawn : [], hues, theme, others);
  }, [drawn, hues, mode, people, ghosts.technicians, theme]);
  const litWays = useMemo(() => {
    const named = new Set(litKey === "" ? [] : litKey.split(" "));
    return routeMarks(drawn, hues, theme, (one) => named.has(one) && !ghosts.technicians.has(one));
  }, [drawn, hues, litKey, ghosts.technicians, theme]);
  const ghostMarks = useMemo(() => {
    const all = () => true;
    return { old: routeMarks(ghosts.old, hues, theme, all), new: routeMarks(ghosts.new, hues, theme, all) };
  }, [ghosts, hues, theme]);
  const moved = useMemo(() => {
    const features = ghosts.moved.size === 0 ? [] : stops.features.filter((one) => ghosts.moved.has(String(one.properties?.visit)));
    return features.length === 0 ? NOTHING : { ...NOTHING, features };
  }, [ghosts, stops]);

  const everything = useMemo(() => {
    const points: LonLat[] = board?.visits.map(placeOf).filter((one) => one !== null) ?? [];
    for (const { position } of board?.technicians ?? []) if (position !== null) points.push([position.lon, position.lat]);
    return boundsOf(points);
  }, [board]);

  const onClick = useCallback(({ visit, technician }: Found, add: boolean) => {
    if (visit !== null) select({ kind: "visit", id: visit }, { add });
    else if (technician !== null) select({ kind: "technician", id: technician }, { add });
    else if (!add) select(null);
  }, []);
  const onPoint = useCallback(({ visit, technician }: Found) => hover(visit ?? technician), []);
  const paper = useMemo(() => (source === undefined || board === undefined ? null : { theme, language, source }), [theme, language, source, board === undefined]);
  const data = useMemo(
    () => ({ territories: areas, stops, people: persons, routes: ways, lit: litWays, moved, ...ghostMarks }),
    [areas, stops, persons, ways, litWays, moved, ghostMarks],
  );
  const names = useMemo(() => ({ map: words.say("map.canvas"), zoomIn: words.say("map.closer"), zoomOut: words.say("map.farther") }), [words]);
  const proposed = ghosts.technicians.size > 0;
  const faint = useMemo(() => ({ routes: lit.size > 0 || proposed, stops: proposed }), [lit.size > 0, proposed]);
  const bounds = useMemo(() => everything ?? (source?.bounds as [number, number, number, number] | null | undefined) ?? null, [everything, source]);
  const { container, ground, trouble } = useGround({ paper, data, chosen, pointed, faint, bounds, names }, onClick, onPoint);

  // What is selected elsewhere is brought into sight, where it is not in sight already.
  const last = selection.at(-1);
  useEffect(() => {
    if (board === undefined || last === undefined) return;
    const visit = board.visitById.get(last.id);
    const person = board.technicianById.get(last.id);
    const places = visit !== undefined ? [placeOf(visit)] : person === undefined ? [] : stopsOf(person).map((id) => placeOf(board.visitById.get(id) ?? NOWHERE));
    ground.current?.fit(boundsOf(places.filter((one) => one !== null)), true);
    // Only a new selection moves the map, not what happens on the board.
  }, [last?.id]);
  useEffect(() => {
    if (ghosts.new.length > 0) ground.current?.fit(boundsOf([...ghosts.old, ...ghosts.new].flatMap((leg) => leg.points)));
  }, [ghosts.plan?.id, ghosts.new.length > 0]);

  const fit = (): void => ground.current?.fit(bounds);
  const turn = (): void => setMode(mode === "all" ? "some" : "all");
  useCommand({ id: "map.fit", title: TEXTS["map.command.fit"], key: "m f", run: fit });
  useCommand({ id: "map.routes", title: TEXTS["map.command.routes"], key: "m r", run: turn });
  useCommand({ id: "map.list", title: TEXTS["map.command.list"], key: "m l", run: () => setListed(!listed) });

  return (
    <section className="map-pane" aria-label={words.say("map.title")} data-trouble={trouble}>
      <div className="map-tools">
        {!listed && (
          <>
            <div className="map-choice" role="group" aria-label={words.say("map.routes")}>
              {(["all", "some"] as const).map((one) => (
                <button key={one} type="button" aria-pressed={mode === one} title={words.say(`map.routes.${one}.long`)} onClick={() => setMode(one)}>
                  {words.say(`map.routes.${one}`)}
                </button>
              ))}
            </div>
            <button type="button" className="map-tool" onClick={fit} title={words.say("map.fit")} aria-label={words.say("map.fit")}>
              <span aria-hidden="true">⤢</span>
            </button>
          </>
        )}
        <button type="button" className="map-tool" aria-pressed={listed} onClick={() => setListed(!listed)}>
          {words.say(listed ? "map.list.close" : "map.list")}
        </button>
        {proposal !== null && (
          <button type="button" className="map-tool map-proposal" onClick={() => showProposal(null)} title={words.say("map.proposal.hide")}>
            {words.say("map.proposal")} <span aria-hidden="true">×</span>
            <span className="visually-hidden">{words.say("map.proposal.hide")}</span>
          </button>
        )}
      </div>
      <div className="map-canvas" ref={container} hidden={listed} />
      {listed && board !== undefined && <MapList board={board} hues={hues} theme={theme} people={people} />}
      {!listed && (
        <>
          <NoGround source={source} trouble={trouble} routesFailed={routes.failed !== null} />
          <AboutPointed board={board} pointed={pointed} />
          <Legend proposal={proposal !== null} />
          {source !== undefined && source.kind !== "none" && <p className="map-attribution">{source.attribution}</p>}
        </>
      )}
    </section>
  );
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const NOBODY: Pick<Board, "visits" | "technicians" | "territories"> = { visits: [], technicians: [], territories: [] };
const NOWHERE = { site: { lat: null, lon: null } } as Parameters<typeof placeOf>[0];
