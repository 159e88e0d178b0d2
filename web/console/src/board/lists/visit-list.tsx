/** A list of visits: only what is seen is drawn; walked by keys; what is chosen here is chosen everywhere. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactElement, useEffect, useId, useRef, useState } from "react";
import { isDone, type Visit } from "../../live";
import { hover, select, useSelection } from "../../select";
import { beginByKeys, beginDrag } from "../timeline";
import { useMay } from "../../session";
import { type ListKind, VisitRow } from "./visit-row";

interface Props {
  readonly kind: ListKind;
  readonly label: string;
  readonly visits: readonly Visit[];
  /** Somebody wants to see more of one: Enter, or a second click. */
  readonly onOpen: (visit: string) => void;
}

const HEIGHTS: Readonly<Record<ListKind, number>> = { unassigned: 78, "at-risk": 78, day: 46 };

export function VisitList({ kind, label, visits, onOpen }: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const mayMove = useMay("approve plans");
  const selection = useSelection();
  const chosen = new Set(selection.filter((one) => one.kind === "visit").map((one) => one.id));
  const last = selection.at(-1);
  const [active, setActive] = useState<string | null>(null);
  const at = visits.findIndex((one) => one.id === active);
  const rows = useVirtualizer({
    count: visits.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHTS[kind],
    getItemKey: (index) => visits[index]?.id ?? index,
    overscan: 6,
  });

  // What was chosen elsewhere is brought into view here; what was chosen here is in view already.
  const lastId = last?.kind === "visit" ? last.id : null;
  const index = lastId === null ? -1 : visits.findIndex((one) => one.id === lastId);
  useEffect(() => {
    if (index < 0) return;
    setActive(lastId);
    rows.scrollToIndex(index, { align: "auto" });
  }, [lastId, index < 0]);

  const go = (next: number, add: boolean): void => {
    const visit = visits[Math.max(0, Math.min(visits.length - 1, next))];
    if (visit === undefined) return;
    setActive(visit.id);
    rows.scrollToIndex(visits.indexOf(visit), { align: "auto" });
    select({ kind: "visit", id: visit.id }, { add });
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / HEIGHTS[kind]) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: visits.length - 1, PageDown: at + page, PageUp: at - page };
    const next = steps[event.key];
    if (next !== undefined) go(next, event.shiftKey && !chosen.has(visits[Math.max(0, Math.min(visits.length - 1, next))]?.id ?? ""));
    else if (event.key === " " && active !== null) select({ kind: "visit", id: active }, { add: true });
    else if (event.key === "Enter" && active !== null) onOpen(active);
    else if (event.key.toLowerCase() === "m" && active !== null) beginByKeys(active);
    else return;
    event.preventDefault();
  };
  const press = (visit: Visit) => (event: MouseEvent) => {
    setActive(visit.id);
    select({ kind: "visit", id: visit.id }, { add: event.ctrlKey || event.metaKey });
  };

  return (
    <div
      ref={scroller}
      className="list-scroller"
      role="listbox"
      aria-label={label}
      aria-multiselectable="true"
      aria-activedescendant={at < 0 ? undefined : `${id}-${active}`}
      tabIndex={0}
      data-list={kind}
      data-drop={kind === "unassigned" ? "nobody" : undefined}
      onKeyDown={key}
      onFocus={() => {
        if (at < 0 && visits[0] !== undefined) setActive(visits[0].id);
      }}
      onPointerLeave={() => hover(null)}
    >
      <div className="list-all" role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const visit = visits[row.index];
          if (visit === undefined) return null;
          return (
            <div
              key={visit.id}
              id={`${id}-${visit.id}`}
              ref={rows.measureElement}
              data-index={row.index}
              data-visit={visit.id}
              role="option"
              aria-selected={chosen.has(visit.id)}
              aria-setsize={visits.length}
              aria-posinset={row.index + 1}
              className="list-option"
              data-active={visit.id === active || undefined}
              style={{ transform: `translateY(${row.start}px)` }}
              onPointerDown={(event) => mayMove && !isDone(visit) && beginDrag(event.nativeEvent, { visit: visit.id })}
              onClick={press(visit)}
              onDoubleClick={() => onOpen(visit.id)}
              onPointerEnter={() => hover(visit.id)}
            >
              <VisitRow visit={visit} kind={kind} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
