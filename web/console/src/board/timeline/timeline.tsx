/** The day of everybody on one line of time each: rows by territory, of which only those in sight are drawn. */

import { type ReactElement, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { boardNow, operationNow, useBoardPart, type Visit } from "../../live";
import { Empty, useSentenceOf } from "../../pieces";
import { select, technicianMatches, useFilter } from "../../select";
import { useWords } from "../../words";
import { openDetail } from "../side";
import { Axis, HourLines, NowLine } from "./axis";
import { BarMenu, type Elsewhere, type Opened } from "./bar-menu";
import { BarTip, type Tipped } from "./bar-tip";
import { Dialogs, type Wanted } from "./dialogs";
import { NARROW, NARROW_WIDTH, WIDE } from "./geometry";
import { Ghosts } from "./ghosts";
import { GroupRow } from "./group-row";
import { useLook } from "./kept";
import { MoveCard } from "./move-card";
import { cellOf, PersonRow } from "./row";
import { inSight, lineAt, linesOf, type Sighted } from "./rows";
import { everybody, sameTold } from "./rows-now";
import { TEXTS } from "./texts";
import { marksOf, widthOf } from "./time-scale";
import { Toolbar } from "./toolbar";
import { useCommands } from "./use-commands";
import { useFollow } from "./use-follow";
import { useHands } from "./use-hands";
import { useScale } from "./use-scale";
import { useSize } from "./use-size";
import { AXIS, revealInstant, showView } from "./view";
import "./timeline.css";

/** Drawn above and below what is in sight, in pixels: a scroll finds it there. */
const SPARE = 240;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export function Timeline(): ReactElement {
  const words = useWords(TEXTS);
  const say = useSentenceOf();
  const speaking = useMemo(() => ({ words, say }), [words, say]);
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const geometry = size.width < NARROW_WIDTH ? NARROW : WIDE;
  const [look, change] = useLook();
  const { scale, zoom, sight } = useScale(scroller, Math.max(size.width - geometry.head, 0), look, change);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());

  const people = useBoardPart(everybody, sameTold);
  const territories = useBoardPart((board) => board?.territories);
  const zone = useBoardPart((board) => board?.time_zone ?? "UTC");
  const loaded = useBoardPart((board) => board !== undefined);
  const filter = useFilter();
  const shown = useMemo(() => {
    const board = boardNow();
    return people.filter((one) => {
      const technician = board?.technicianById.get(one.id);
      return technician !== undefined && technicianMatches(technician, filter);
    });
  }, [people, filter]);
  const lines = useMemo(
    () => linesOf(shown, territories ?? [], look.order, look.grouped, closed, geometry, words.say("timeline.nowhere")),
    [shown, territories, look.order, look.grouped, closed, geometry, words],
  );
  const marks = useMemo(() => marksOf(scale, zone), [scale, zone]);
  const width = widthOf(scale);

  const [sighted, setSighted] = useState<Sighted>({ first: 0, end: 0 });
  const look_ = useRef({ lines, height: size.height });
  look_.current = { lines, height: size.height };
  const read = useCallback(() => {
    const { lines: now, height } = look_.current;
    const next = inSight(now, scroller.current?.scrollTop ?? 0, height, SPARE);
    setSighted((before) => (before.first === next.first && before.end === next.end ? before : next));
  }, []);
  useLayoutEffect(read, [read, lines, size.height]);
  useLayoutEffect(() => {
    if (scroller.current !== null) showView({ scroller: scroller.current, lines, scale, geometry });
  }, [lines, scale, geometry]);
  useEffect(() => () => showView(null), []);

  const [tipped, setTipped] = useState<Tipped | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const closeTip = useCallback(() => setTipped(null), []);
  const elsewhere = useElsewhere(setWanted);
  const toggle = useCallback((id: string) => setClosed((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]))), []);
  const toNow = useCallback(() => {
    if (scroller.current !== null) revealInstant({ scroller: scroller.current, lines, scale, geometry }, operationNow(), CALM.matches);
  }, [lines, scale, geometry]);

  const page = Math.max(Math.floor((size.height - AXIS) / geometry.person) - 1, 1);
  const hands = useHands({ scroller, lines, page, speaking, elsewhere, onTip: setTipped, onMenu: setOpened, onToggle: toggle, onZoom: zoom });
  const { active } = hands;
  useFollow(active, hands.setActive);
  useCommands({ active, speaking, elsewhere, onNow: toNow, onZoom: zoom, onSight: sight });

  const drawn = lines.all.slice(sighted.first, sighted.end);
  const activeLine = active === null ? -1 : lines.all.findIndex((line) => line.kind === active.kind && line.id === active.line);
  // The row with the focus is drawn wherever it is: an element that is taken away takes the focus with it.
  const kept = activeLine >= 0 && (activeLine < sighted.first || activeLine >= sighted.end) ? lines.all[activeLine] : undefined;
  const all = kept === undefined ? drawn : [...drawn, kept];

  return (
    <section className="timeline" aria-label={words.say("timeline.title")} data-narrow={geometry === NARROW || undefined}>
      <Toolbar
        words={words}
        sight={look.sight}
        order={look.order}
        grouped={look.grouped}
        shown={shown.length}
        all={people.length}
        zone={zone}
        onSight={sight}
        onZoom={zoom}
        onNow={toNow}
        onOrder={(order) => change({ order })}
        onGrouped={(grouped) => change({ grouped })}
      />
      <div className="timeline-scroller" ref={scroller} onScroll={read} tabIndex={-1}>
        <Axis marks={marks} scale={scale} head={geometry.head} width={width} />
        <div className="timeline-rows" role="presentation" style={{ height: lines.height, width: geometry.head + width }} {...hands.handlers}>
          <HourLines marks={marks} scale={scale} head={geometry.head} height={lines.height} />
          <div role="treegrid" aria-label={words.say("timeline.grid")} aria-rowcount={lines.all.length} aria-multiselectable="true">
            {all.map((line) =>
              line.kind === "group" ? (
                <GroupRow key={`group ${line.id}`} line={line} number={lineAt(lines, line.top) + 1} words={words} active={active?.kind === "group" && active.line === line.id} />
              ) : (
                <PersonRow
                  key={line.id}
                  id={line.id}
                  top={line.top}
                  number={lineAt(lines, line.top) + 1}
                  level={look.grouped ? 2 : 1}
                  scale={scale}
                  geometry={geometry}
                  active={active?.kind === "person" && active.line === line.id ? (active.visit === null ? "head" : cellOf(active.visit, active.role)) : null}
                />
              ),
            )}
          </div>
          <NowLine scale={scale} head={geometry.head} height={lines.height} words={words} />
          <Ghosts lines={lines} sighted={sighted} scale={scale} geometry={geometry} words={words} />
          <MoveCard lines={lines} scale={scale} geometry={geometry} words={words} scroller={scroller} />
        </div>
      </div>
      {loaded && people.length === 0 && (
        <Empty icon="timeline" title={words.say("timeline.none")}>
          {words.say("timeline.none.next")}
        </Empty>
      )}
      {people.length > 0 && shown.length === 0 && (
        <Empty icon="filter" title={words.say("timeline.filtered")}>
          {words.say("timeline.filtered.next")}
        </Empty>
      )}
      <Hatches />
      <BarTip tipped={opened === null ? tipped : null} words={words} onClose={closeTip} />
      <BarMenu opened={opened} onClose={() => setOpened(null)} speaking={speaking} elsewhere={elsewhere} />
      <Dialogs wanted={wanted} speaking={speaking} onClose={() => setWanted(null)} />
    </section>
  );
}

/** What leads away from the timeline. */
function useElsewhere(want: (wanted: Wanted) => void): Elsewhere {
  const [, go] = useLocation();
  return useMemo(
    () => ({
      open: (visit: Visit) => {
        select({ kind: "visit", id: visit.id });
        openDetail();
      },
      why: (visit: Visit) => {
        select({ kind: "visit", id: visit.id });
        openDetail("why");
      },
      sheet: (technician: string) => go(`/print/${boardNow()?.day ?? ""}?technician=${technician}`),
      split: (visit: Visit) => want({ what: "split", visit }),
      crew: (visit: Visit) => want({ what: "crew", visit }),
    }),
    [go, want],
  );
}

/** The patterns of rows: overtime that may be, absence. */
function Hatches(): ReactElement {
  return (
    <svg width="0" height="0" className="timeline-hatches" aria-hidden="true">
      <defs>
        <pattern id="timeline-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line className="hatch" x1="0" y1="0" x2="0" y2="6" />
        </pattern>
        <pattern id="timeline-away" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <line className="away" x1="0" y1="0" x2="0" y2="8" />
        </pattern>
      </defs>
    </svg>
  );
}
