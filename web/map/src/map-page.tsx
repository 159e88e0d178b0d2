/** The page: the list of technicians beside the map; selecting on one acts on the other. */

import type { Feature } from "geojson";
import { type ReactElement, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get } from "@fieldwright/shared/api";
import type { MapSource } from "@fieldwright/shared/map/base";
import type { Day, OpenVisit, Point, Stop, TechnicianDay } from "@fieldwright/shared/map/day";
import type { Chosen } from "@fieldwright/shared/map/day-map";
import type { Meant, Site } from "@fieldwright/shared/places";
import type { Me } from "@fieldwright/shared/session";
import type { Theme } from "@fieldwright/shared/theme";
import { Legend } from "./legend";
import { Ground } from "./ground";
import { OpenVisits } from "./open-visits";
import { PlaceSite } from "./place-site";
import { SitesWaiting } from "./sites-waiting";
import { Technicians } from "./technicians";
import { StopCard } from "./stop-card";
import type { PageWords } from "./texts";
import { type Today, useToday } from "./use-day";
import { useSitesWithoutPlace, type Waiting } from "./use-sites";

interface Props {
  readonly me: Me;
  readonly words: PageWords;
  readonly theme: Theme;
  readonly switches: ReactNode;
  readonly onTimeZone: (zone: string) => void;
  readonly onSignedOut: () => void;
  readonly onSignOut: () => void;
}

const NOTHING: Chosen = { technician: null, visit: null };

export function MapPage({ me, words, theme, switches, onTimeZone, onSignedOut, onSignOut }: Props): ReactElement {
  const today = useToday(onSignedOut);
  const source = useSource();
  const territories = useTerritories(onTimeZone);
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  const { day } = today;
  const waiting = useSitesWithoutPlace(me.rights.includes("write customers"), today.siteChanges);
  const placing = usePlacing(waiting, today, words);

  // Choosing a technician again lets go of them; choosing one of their stops does not.
  const choose = useCallback((next: Chosen) => {
    setChosen((before) => {
      const same = before.technician === next.technician && before.visit === next.visit;
      return same ? NOTHING : next;
    });
  }, []);
  useEffect(() => {
    const letGo = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      if (placing.site === null) setChosen(NOTHING);
      else placing.close(false);
    };
    addEventListener("keydown", letGo);
    return () => removeEventListener("keydown", letGo);
  }, [placing.site, placing.close]);

  const found = useMemo(() => whatIsChosen(day, chosen), [day, chosen]);
  return (
    <div className="page" data-state={day === null ? "waiting" : "ready"}>
      <a className="skip" href="#people">
        {words.say("skip")}
      </a>
      <header className="head">
        <h1>{words.say("title")}</h1>
        <div className="switches">
          {switches}
          <button type="button" className="switch" onClick={onSignOut} title={me.name}>
            {words.say("sign-out")}
          </button>
        </div>
        <Standing today={today} words={words} />
      </header>
      <section className="ground" aria-label={words.say("map")}>
        {day !== null && source !== null && (
          <Ground
            words={words}
            theme={theme}
            source={source}
            day={day}
            territories={territories}
            chosen={chosen}
            onChoose={choose}
            mark={placing.meant?.at ?? null}
            near={placing.near}
            onPoint={placing.point}
          />
        )}
        {found !== null && placing.site === null && <StopCard words={words} day={day} found={found} onClose={() => setChosen({ ...chosen, visit: null })} />}
      </section>
      <aside className="panel" id="people" tabIndex={-1}>
        <p className="told" role="status">
          {placing.told}
        </p>
        {placing.site === null ? (
          <>
            {day !== null && <SitesWaiting words={words} waiting={waiting} onChoose={placing.begin} />}
            <Panel today={today} words={words} theme={theme} chosen={chosen} onChoose={choose} />
          </>
        ) : (
          <PlaceSite
            key={placing.site.id}
            words={words}
            site={placing.site}
            meant={placing.meant}
            onMean={placing.mean}
            onClose={placing.close}
            onMissed={placing.miss}
          />
        )}
      </aside>
    </div>
  );
}

function Standing({ today: { day, live }, words }: { readonly today: Today; readonly words: PageWords }): ReactElement {
  return (
    <p className="standing" aria-live="polite">
      {day !== null && <span>{words.date(day.now)}</span>}
      {day !== null && (
        <span className={live ? "live" : "live not"}>
          {live ? `${words.say("live")} ${words.time(day.now)}` : words.say("live.not", { time: words.time(day.now) })}
        </span>
      )}
    </p>
  );
}

interface PanelProps {
  readonly today: Today;
  readonly words: PageWords;
  readonly theme: Theme;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

function Panel({ today, words, theme, chosen, onChoose }: PanelProps): ReactElement {
  const { day, trouble, readAgain } = today;
  if (day === null && trouble !== null) {
    const why =
      trouble === "forbidden" ? words.say("failed.forbidden")
      : typeof trouble === "object" ? trouble.detail
      : words.say("failed.unreachable");
    return (
      <Notice title={words.say("failed.title")} text={why} alert>
        {trouble !== "forbidden" && (
          <button type="button" className="plain" onClick={readAgain}>
            {words.say("try-again")}
          </button>
        )}
      </Notice>
    );
  }
  if (day === null) return <Notice title={words.say("loading")} text="" />;
  const working = day.technicians.filter((one) => one.stops.length > 0);
  return (
    <>
      {working.length === 0 && (
        <Notice
          title={words.say(day.edition === 0 ? "plan.none" : "plan.empty")}
          text={words.say(day.edition === 0 ? "plan.none.next" : "plan.empty.next")}
        />
      )}
      {!day.positioned && <p className="aside">{words.say("positions.unknown")}</p>}
      {day.technicians.length > 0 && (
        <Technicians words={words} theme={theme} day={day} chosen={chosen} onChoose={onChoose} />
      )}
      <OpenVisits words={words} open={day.open} chosen={chosen} onChoose={onChoose} />
      <Legend words={words} />
    </>
  );
}

interface NoticeProps {
  readonly title: string;
  readonly text: string;
  readonly alert?: boolean;
  readonly children?: ReactNode;
}

function Notice({ title, text, alert = false, children }: NoticeProps): ReactElement {
  return (
    <div className="notice" role={alert ? "alert" : "status"}>
      <h2>{title}</h2>
      {text !== "" && <p>{text}</p>}
      {children}
    </div>
  );
}

export type Found =
  | { readonly kind: "stop"; readonly stop: Stop; readonly of: TechnicianDay }
  | { readonly kind: "open"; readonly open: OpenVisit };

function whatIsChosen(day: Day | null, { technician, visit }: Chosen): Found | null {
  if (day === null || visit === null) return null;
  const open = day.open.find((one) => one.visit === visit);
  if (open !== undefined) return { kind: "open", open };
  for (const of of day.technicians) {
    const stop = of.stops.find((one) => one.visit === visit);
    if (stop !== undefined && (technician === null || of.id === technician)) return { kind: "stop", stop, of };
  }
  return null;
}

interface Placing {
  /** The site whose place is being said; null: none. */
  readonly site: Site | null;
  readonly meant: Meant | null;
  /** What became of the last one. */
  readonly told: string;
  /** The place was not pointed at: it has to be looked at. */
  readonly near: boolean;
  readonly begin: (site: Site) => void;
  readonly mean: (meant: Meant) => void;
  readonly point: ((at: Point) => void) | null;
  readonly close: (placed: boolean) => void;
  /** One that was left meanwhile could not be placed. */
  readonly miss: (why: string) => void;
}

/** One site after another gets its place. */
function usePlacing({ readAgain }: Waiting, { readAgain: readDay }: Today, words: PageWords): Placing {
  const [site, setSite] = useState<Site | null>(null);
  const [meant, setMeant] = useState<Meant | null>(null);
  const [told, setTold] = useState("");
  const [near, setNear] = useState(false);
  const mean = useCallback((next: Meant) => {
    setNear(true);
    setMeant(next);
  }, []);
  const point = useCallback((at: Point) => {
    setNear(false);
    setMeant({ at, candidate: null });
  }, []);
  const begin = useCallback((chosen: Site) => {
    setSite(chosen);
    const { lat, lon } = chosen;
    setMeant(lat === null || lon === null ? null : { at: [lat, lon], candidate: null });
    setNear(true);
    setTold("");
  }, []);
  const open = useRef(site);
  open.current = site;
  const close = useCallback(
    (placed: boolean) => {
      // The answer about one that was left meanwhile is told; the one that is open now stays open.
      const isOpen = open.current?.id === site?.id;
      if (isOpen) setSite(null);
      if (isOpen) setMeant(null);
      if (placed) setTold(words.say("place.done", { address: site?.address ?? "" }));
      readAgain();
      if (placed) readDay();
      if (isOpen) document.getElementById("people")?.focus();
    },
    [site, readAgain, readDay, words],
  );
  const miss = useCallback((why: string) => setTold(`${site?.address ?? ""}: ${why}`), [site]);
  // Coordinates that were being written are taken as their field is left, also where the site itself is: nothing is meant then.
  return { site, meant: site === null ? null : meant, told, near, begin, mean, point: site === null ? null : point, close, miss };
}

/** What the ground is drawn from; without an answer, nothing. */
function useSource(): MapSource | null {
  const [source, setSource] = useState<MapSource | null>(null);
  useEffect(() => {
    get("/api/v1/map/source").then(setSource, () =>
      setSource({ kind: "none", url: null, attribution: "", bounds: null, missing: null }),
    );
  }, []);
  return source;
}

/** The territories' boundaries; who works in one time zone sees its times. */
function useTerritories(onTimeZone: (zone: string) => void): readonly Feature[] {
  const [found, setFound] = useState<readonly Feature[]>([]);
  useEffect(() => {
    get("/api/v1/territories", { limit: "200" }).then(
      ({ items }) => {
        const zones = new Set(items.map((one) => one.time_zone));
        if (zones.size === 1) for (const zone of zones) onTimeZone(zone);
        setFound(items.flatMap(({ id, name, boundary }) => (boundary === null ? [] : [outline(id, name, boundary)])));
      },
      () => setFound([]),
    );
  }, [onTimeZone]);
  return found;
}

function outline(id: string, name: string, boundary: object): Feature {
  return { type: "Feature", properties: { id, name }, geometry: boundary as Feature["geometry"] };
}
