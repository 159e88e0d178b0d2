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
import { useLook } from "./kept";
import { MoveCard } from "./move-card";
import { linesOf } from "./rows";
import { RowsInSight } from "./rows-in-sight";
import { EVERYBODY, SAME_FOR } from "./rows-now";
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

  const people = useBoardPart(EVERYBODY[look.order], SAME_FOR[look.order]);
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
      <div className="timeline-scroller" ref={scroller} tabIndex={-1}>
        <Axis marks={marks} scale={scale} head={geometry.head} width={width} />
        <div className="timeline-rows" role="presentation" style={{ height: lines.height, width: geometry.head + width }} {...hands.handlers}>
          <HourLines marks={marks} scale={scale} head={geometry.head} height={lines.height} />
          <RowsInSight
            scroller={scroller}
            lines={lines}
            height={size.height}
            grouped={look.grouped}
            scale={scale}
            geometry={geometry}
            active={active}
            words={words}
          />
          <NowLine scale={scale} head={geometry.head} height={lines.height} words={words} />
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
