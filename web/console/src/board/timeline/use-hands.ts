/** What pointer and keys do on the rows: one listener for all bars, however many there are. */

import { type KeyboardEvent, type MouseEvent, type PointerEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { boardNow } from "../../live";
import { hover, select } from "../../select";
import { pin, pinAll, type Speaking, unassign } from "./actions";
import type { Elsewhere, Opened } from "./bar-menu";
import type { Tipped } from "./bar-tip";
import { beginDrag } from "./drag";
import { type Active, firstOf, stepOf, stepped } from "./grid-keys";
import { aim, beginByKeys } from "./move-by-keys";
import { letGo, movingNow } from "./moving";
import { committed } from "./row-layout";
import type { Lines } from "./rows";
import { rowOf } from "./rows-now";
import { personAt, targetAt } from "./target";
import { reveal, spotOf, viewNow } from "./view";

interface Props {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly lines: Lines;
  readonly page: number;
  readonly speaking: Speaking;
  readonly elsewhere: Elsewhere;
  readonly onTip: (tipped: Tipped | null) => void;
  readonly onMenu: (opened: Opened) => void;
  readonly onToggle: (group: string) => void;
  readonly onZoom: (factor: number, x?: number) => void;
}

export interface Hands {
  readonly active: Active | null;
  readonly setActive: (active: Active) => void;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerOver: (event: PointerEvent) => void;
    readonly onPointerLeave: () => void;
    readonly onClick: (event: MouseEvent) => void;
    readonly onDoubleClick: (event: MouseEvent) => void;
    readonly onContextMenu: (event: MouseEvent) => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onFocus: (event: React.FocusEvent) => void;
    readonly onBlur: () => void;
  };
}

/** A bar, as its element says it. */
function barOf(target: EventTarget | null): Opened | null {
  const element = target instanceof Element ? target.closest<HTMLElement>(".timeline-bar") : null;
  const { visit, role, technician } = element?.dataset ?? {};
  if (element === null || visit === undefined || technician === undefined) return null;
  return { visit, role: Number(role), technician, element };
}

function dataOf(target: EventTarget | null, name: "person" | "group"): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>(`[data-${name}]`)?.dataset[name] : undefined;
}

export function useHands(props: Props): Hands {
  const [chosen, setActive] = useState<Active | null>(null);
  const active = chosen ?? firstOf(props.lines);
  const latest = useRef({ ...props, active });
  useEffect(() => {
    latest.current = { ...props, active };
  });
  const wheel = useZoomByWheel(props.scroller, latest);
  useEffect(wheel, [wheel]);

  const handlers = useMemo<Hands["handlers"]>(
    () => ({
      onPointerDown: (event) => {
        const bar = barOf(event.target);
        latest.current.onTip(null);
        if (bar !== null) beginDrag(event.nativeEvent, { visit: bar.visit, role: bar.role, bar: bar.element });
      },
      onPointerOver: (event) => {
        if (movingNow() !== null) return;
        const bar = barOf(event.target);
        latest.current.onTip(bar);
        hover(bar?.visit ?? dataOf(event.target, "person") ?? null);
      },
      onPointerLeave: () => {
        latest.current.onTip(null);
        hover(null);
      },
      onClick: (event) => {
        const moving = movingNow();
        if (moving !== null) return clickWhileMoving(event, moving.way);
        const add = event.shiftKey || event.ctrlKey || event.metaKey;
        const bar = barOf(event.target);
        const person = dataOf(event.target, "person");
        const group = dataOf(event.target, "group");
        if (bar !== null) select({ kind: "visit", id: bar.visit }, { add });
        else if (person !== undefined) select({ kind: "technician", id: person }, { add });
        else if (group !== undefined) latest.current.onToggle(group);
        else if (!add) select(null);
      },
      onDoubleClick: (event) => {
        const visit = boardNow()?.visitById.get(barOf(event.target)?.visit ?? "");
        if (visit !== undefined) latest.current.elsewhere.open(visit);
      },
      onContextMenu: (event) => {
        const bar = barOf(event.target);
        if (bar === null || movingNow() !== null) return;
        event.preventDefault();
        // What is selected stays so, with all that is selected besides: the menu may be about several.
        if (!isSelected(bar.element)) select({ kind: "visit", id: bar.visit }, { add: event.ctrlKey });
        latest.current.onTip(null);
        latest.current.onMenu(bar);
      },
      onKeyDown: (event) => onKey(event, latest.current, setActive),
      onFocus: (event) => {
        const bar = barOf(event.target);
        const person = dataOf(event.target, "person");
        const group = dataOf(event.target, "group");
        if (bar !== null) {
          setActive({ line: bar.technician, kind: "person", visit: bar.visit, role: bar.role });
          if (bar.element.matches(":focus-visible")) {
            latest.current.onTip(bar);
            hover(bar.visit);
          }
        } else if (person !== undefined) setActive({ line: person, kind: "person", visit: null, role: 0 });
        else if (group !== undefined) setActive({ line: group, kind: "group", visit: null, role: 0 });
      },
      onBlur: () => latest.current.onTip(null),
    }),
    [],
  );
  return { active, setActive, handlers };
}

function isSelected(element: HTMLElement): boolean {
  return element.getAttribute("aria-selected") === "true";
}

/** While something hangs on the keys, a click says where it goes. */
function clickWhileMoving(event: MouseEvent, way: "pointer" | "keys"): void {
  const view = viewNow();
  const moving = movingNow();
  if (way !== "keys" || view === null || moving === null || moving.stage !== "aiming") return;
  if (event.target instanceof Element && event.target.closest(".timeline-card")) return;
  const spot = spotOf(view, event.clientX, event.clientY);
  const person = personAt(view.lines, spot.y);
  const board = boardNow();
  const row = person === null ? null : rowOf(board, person);
  if (row === null) return;
  const names = new Set(moving.moved.map((one) => one.visit));
  const target = targetAt(row, view.scale, spot.x, board?.visitById.get(moving.lead.visit), names, event.altKey);
  if (target === null) return;
  aim(target);
  letGo();
}

type Latest = Props & { readonly active: Active | null };

function onKey(event: KeyboardEvent, { active, lines, page, speaking, elsewhere, onMenu, onToggle }: Latest, setActive: (active: Active) => void): void {
  if (active === null || event.altKey || event.target instanceof HTMLInputElement) return;
  if (event.target instanceof Element && event.target.closest(".timeline-card")) return;
  const board = boardNow();
  const step = stepOf(event.key, event.ctrlKey || event.metaKey);
  if (step !== null) {
    event.preventDefault();
    event.stopPropagation();
    if (active.kind === "group" && (step === "left" || step === "right")) return onToggle(active.line);
    const next = stepped(active, step, lines, board, page);
    if (next !== null) {
      setActive(next);
      focusOn(next);
    }
    return;
  }
  const visit = active.visit === null ? undefined : board?.visitById.get(active.visit);
  const done = (): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  if (event.key === "Enter" || event.key === " ") {
    done();
    const add = event.shiftKey || event.ctrlKey;
    if (active.kind === "group") onToggle(active.line);
    else if (visit === undefined) select({ kind: "technician", id: active.line }, { add });
    else {
      select({ kind: "visit", id: visit.id }, { add });
      if (event.key === "Enter" && !add) elsewhere.open(visit);
    }
    return;
  }
  if (visit === undefined || event.ctrlKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "m") {
    done();
    beginByKeys(visit.id, active.role);
  } else if (key === "p") {
    done();
    void pin(visit, event.shiftKey ? {} : pinAll(visit), speaking);
  } else if (key === "delete" || key === "backspace") {
    done();
    unassign(visit, active.role);
  } else if (key === "w") {
    done();
    elsewhere.why(visit);
  } else if (key === "c" && !committed(visit)) {
    done();
    elsewhere.crew(visit);
  } else if (key === "contextmenu" || (key === "f10" && event.shiftKey)) {
    done();
    const bar = barOf(event.target);
    if (bar !== null) onMenu(bar);
  }
}

/** Bring a cell into sight and give it the focus, once it is drawn. */
export function focusOn(next: Active): void {
  const view = viewNow();
  const bar = rowOf(boardNow(), next.line)?.bars.find((one) => one.visit.id === next.visit && one.role === next.role);
  if (view !== null && next.kind === "person") {
    reveal(view, bar === undefined ? { technician: next.line } : { technician: next.line, from: bar.from, until: bar.until });
  }
  requestAnimationFrame(() => {
    const name = CSS.escape(next.line);
    const row = document.querySelector(`.timeline-row[data-row="${name}"]`);
    const cell =
      next.kind === "group"
        ? document.querySelector<HTMLElement>(`[data-group="${name}"]`)
        : next.visit === null
          ? row?.querySelector<HTMLElement>(".timeline-head")
          : row?.querySelector<HTMLElement>(`.timeline-bar[data-visit="${CSS.escape(next.visit)}"][data-role="${next.role}"]`);
    cell?.focus({ preventScroll: next.kind === "person" });
  });
}

/** Ctrl and the wheel look closer. The browser must be told not to zoom the page, which a passive listener cannot. */
function useZoomByWheel(scroller: RefObject<HTMLDivElement | null>, latest: RefObject<Latest>): () => (() => void) | undefined {
  return useCallback(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const view = viewNow();
      const x = view === null ? 0 : event.clientX - element.getBoundingClientRect().left - view.geometry.head;
      latest.current.onZoom(Math.exp(-event.deltaY / 400), Math.max(x, 0));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [scroller, latest]);
}
