/** The rows that are in sight, and some more: only this is drawn anew by a scroll, not the timeline around it. */

import { type ReactElement, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Geometry } from "./geometry";
import { Ghosts } from "./ghosts";
import type { Active } from "./grid-keys";
import { GroupRow } from "./group-row";
import { cellOf, PersonRow } from "./row";
import { inSight, type Line, lineAt, type Lines, type Sighted } from "./rows";
import type { TimelineWords } from "./texts";
import type { Scale } from "./time-scale";

/** Drawn above and below what is in sight, in pixels: a scroll finds it there. */
const SPARE = 240;

interface Props {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly lines: Lines;
  /** Of what is in sight, in pixels. */
  readonly height: number;
  readonly grouped: boolean;
  readonly scale: Scale;
  readonly geometry: Geometry;
  readonly active: Active | null;
  readonly words: TimelineWords;
}

export function RowsInSight(props: Props): ReactElement {
  const { lines, grouped, scale, geometry, active, words } = props;
  const sighted = useSighted(props);
  const drawn = lines.all.slice(sighted.first, sighted.end);
  const activeLine = active === null ? -1 : lines.all.findIndex((line) => line.kind === active.kind && line.id === active.line);
  // The row with the focus is drawn wherever it is: an element that is taken away takes the focus with it.
  const kept = activeLine >= 0 && (activeLine < sighted.first || activeLine >= sighted.end) ? lines.all[activeLine] : undefined;
  const all = kept === undefined ? drawn : [...drawn, kept];
  const row = (line: Line): ReactElement =>
    line.kind === "group" ? (
      <GroupRow key={`group ${line.id}`} line={line} number={lineAt(lines, line.top) + 1} words={words} active={active?.kind === "group" && active.line === line.id} />
    ) : (
      <PersonRow
        key={line.id}
        id={line.id}
        top={line.top}
        number={lineAt(lines, line.top) + 1}
        level={grouped ? 2 : 1}
        scale={scale}
        geometry={geometry}
        active={active?.kind === "person" && active.line === line.id ? (active.visit === null ? "head" : cellOf(active.visit, active.role)) : null}
      />
    );
  return (
    <>
      <div role="treegrid" aria-label={words.say("timeline.grid")} aria-rowcount={lines.all.length} aria-multiselectable="true">
        {all.map(row)}
      </div>
      <Ghosts lines={lines} sighted={sighted} scale={scale} geometry={geometry} words={words} />
    </>
  );
}

/** Which lines are in sight, as somebody scrolls and as lines come and go. */
function useSighted({ scroller, lines, height }: Pick<Props, "scroller" | "lines" | "height">): Sighted {
  const [sighted, setSighted] = useState<Sighted>({ first: 0, end: 0 });
  const latest = useRef({ lines, height });
  const read = useRef(() => {
    const next = inSight(latest.current.lines, scroller.current?.scrollTop ?? 0, latest.current.height, SPARE);
    setSighted((before) => (before.first === next.first && before.end === next.end ? before : next));
  });
  useLayoutEffect(() => {
    latest.current = { lines, height };
    read.current();
  }, [lines, height]);
  useEffect(() => {
    const element = scroller.current;
    const scrolled = read.current;
    element?.addEventListener("scroll", scrolled, { passive: true });
    return () => element?.removeEventListener("scroll", scrolled);
  }, [scroller]);
  return sighted;
}
