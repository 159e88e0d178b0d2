/**
 * Dragging with the pointer, from a bar of the timeline or from a row of a list:
 *
 *   <li onPointerDown={(event) => beginDrag(event, { visit: id })}>
 *
 * A press that does not move by more than a few pixels stays a click. While it is dragged, Alt means its start to the
 * minute and Escape leaves it. What is let go over an element with `data-drop="nobody"` is taken from everybody.
 * Fingers scroll; on a touch screen something is moved from its menu.
 */

import { boardNow } from "../../live";
import { selectionNow } from "../../select";
import { aimAt, begin, cancel, letGo, movingNow } from "./moving";
import { committed } from "./row-layout";
import { rowOf } from "./rows-now";
import { type Moved, personAt, targetAt, unmoved } from "./target";
import { MINUTE } from "./time-scale";
import { AXIS, spotOf, type View, viewNow } from "./view";

/** So far a press moves before it is a drag, in pixels. */
const SLIP = 4;
/** So near to an edge the timeline scrolls by itself, and so fast, in pixels. */
const EDGE = 36;
const MOST_STEP = 22;
/** Where the hand has hold of what comes from a list: so many pixels from its left end. */
const FROM_LIST = 14;

type Press = Pick<PointerEvent, "button" | "pointerType" | "clientX" | "clientY">;

export interface Dragged {
  readonly visit: string;
  readonly role?: number;
  /** The bar that was pressed, when it was one. */
  readonly bar?: HTMLElement;
}

/** A press on something that can be dragged. */
export function beginDrag(press: Press, { visit, role = 0, bar }: Dragged): void {
  if (press.button !== 0 || press.pointerType === "touch" || movingNow() !== null) return;
  const hold = bar === undefined ? FROM_LIST : press.clientX - bar.getBoundingClientRect().left;
  const hand = { x: press.clientX, y: press.clientY, alt: false };
  let dragging = false;
  let frame = 0;

  const aim = (): void => aimFrom(hand.x, hand.y, hold, hand.alt);
  const scroll = (): void => {
    const view = viewNow();
    if (view !== null && scrollAtEdges(view, hand.x, hand.y)) aim();
    frame = requestAnimationFrame(scroll);
  };
  const move = (event: PointerEvent): void => {
    hand.x = event.clientX;
    hand.y = event.clientY;
    hand.alt = event.altKey;
    if (!dragging) {
      if (Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < SLIP) return;
      if (!take(visit, role)) return end();
      dragging = true;
      document.documentElement.dataset.dragging = "visit";
      frame = requestAnimationFrame(scroll);
    }
    if (movingNow() === null) return end();
    aim();
  };
  const up = (): void => {
    const was = dragging;
    end();
    if (!was) return;
    swallowClick();
    letGo();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && dragging) {
      event.preventDefault();
      event.stopPropagation();
      end();
      cancel();
    }
    if (event.key === "Alt" && dragging) {
      event.preventDefault();
      hand.alt = event.type === "keydown";
      aim();
    }
  };
  const leave = (): void => {
    if (dragging) cancel();
    end();
  };
  function end(): void {
    dragging = false;
    cancelAnimationFrame(frame);
    delete document.documentElement.dataset.dragging;
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", up);
    removeEventListener("pointercancel", leave);
    removeEventListener("keydown", key, true);
    removeEventListener("keyup", key, true);
  }
  addEventListener("pointermove", move);
  addEventListener("pointerup", up);
  addEventListener("pointercancel", leave);
  addEventListener("keydown", key, true);
  addEventListener("keyup", key, true);
}

/** Take hold of a visit, and of all that is selected with it. False: nobody can move it any more. */
function take(visit: string, role: number): boolean {
  const lead = { visit, role };
  const moved = movedWith(lead);
  if (moved.length === 0) return false;
  begin({ moved, lead, length: lengthOf(lead), way: "pointer" });
  return true;
}

/** What moves with a visit: itself, and the visits that are selected with it, in their order of time. */
export function movedWith(lead: Moved): readonly Moved[] {
  const board = boardNow();
  const visit = board?.visitById.get(lead.visit);
  if (board === undefined || visit === undefined || committed(visit)) return [];
  const selected = selectionNow().filter((one) => one.kind === "visit").map((one) => one.id);
  if (!selected.includes(lead.visit) || selected.length < 2) return [lead];
  const others = selected.flatMap((id) => {
    const one = board.visitById.get(id);
    return one === undefined || committed(one) || id === lead.visit ? [] : [{ visit: id, role: 0 }];
  });
  const startOf = ({ visit: id }: Moved): number => {
    const start = board.visitById.get(id)?.planned[0]?.start;
    return start === undefined ? Infinity : Date.parse(start);
  };
  return [lead, ...others].sort((one, other) => startOf(one) - startOf(other));
}

export function lengthOf({ visit, role }: Moved): number {
  const found = boardNow()?.visitById.get(visit);
  const planned = found?.planned.find((one) => one.role === role);
  if (planned !== undefined) return Date.parse(planned.end) - Date.parse(planned.start);
  return Math.max((found?.duration ?? 0) * 1000, 5 * MINUTE);
}

function aimFrom(clientX: number, clientY: number, hold: number, exact: boolean): void {
  const moving = movingNow();
  const view = viewNow();
  if (moving === null) return;
  const under = document.elementFromPoint(clientX, clientY);
  if (under?.closest('[data-drop="nobody"]')) {
    const board = boardNow();
    const held = moving.moved.some((one) => (board?.visitById.get(one.visit)?.planned.length ?? 0) > 0);
    return aimAt("nobody", !held);
  }
  const spot = view === null ? null : spotOf(view, clientX, clientY);
  if (view === null || spot === null || !spot.inside) return aimAt(null, false);
  const person = personAt(view.lines, spot.y);
  const board = boardNow();
  const row = person === null ? null : rowOf(board, person);
  if (row === null) return aimAt(null, false);
  const names = new Set(moving.moved.map((one) => one.visit));
  const target = targetAt(row, view.scale, spot.x - hold, board?.visitById.get(moving.lead.visit), names, exact);
  aimAt(target, target !== null && unmoved(row, target, moving.moved));
}

/** Near an edge the timeline comes along. Whether it did. */
function scrollAtEdges({ scroller, geometry }: View, clientX: number, clientY: number): boolean {
  const box = scroller.getBoundingClientRect();
  if (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom) return false;
  const step = (from: number, to: number, at: number): number => {
    if (at < from + EDGE) return -MOST_STEP * ((from + EDGE - at) / EDGE);
    if (at > to - EDGE) return MOST_STEP * ((at - to + EDGE) / EDGE);
    return 0;
  };
  const { scrollTop, scrollLeft } = scroller;
  scroller.scrollTop += step(box.top + AXIS, box.bottom, clientY);
  scroller.scrollLeft += step(box.left + geometry.head, box.right, clientX);
  return scroller.scrollTop !== scrollTop || scroller.scrollLeft !== scrollLeft;
}

/** The click that ends a drag is none. */
function swallowClick(): void {
  const swallow = (event: MouseEvent): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, true), 0);
}
