/** The timeline that is on the page: where a point of the screen is on it, and how to bring something into sight. */

import type { Geometry } from "./geometry";
import type { Lines } from "./rows";
import { type Scale, widthOf, xOf } from "./time-scale";

/** The height of the line of hours, which stays at the top. */
export const AXIS = 30;

export interface View {
  readonly scroller: HTMLElement;
  readonly lines: Lines;
  readonly scale: Scale;
  readonly geometry: Geometry;
}

let view: View | null = null;

/** The timeline says what it shows; null: it is gone. */
export function showView(next: View | null): void {
  view = next;
}

export function viewNow(): View | null {
  return view;
}

export interface Spot {
  /** From the left of the line of time. */
  readonly x: number;
  /** From the top of the first row. */
  readonly y: number;
  /** Over the rows and the line of time, not beside them. */
  readonly inside: boolean;
}

export function spotOf({ scroller, geometry }: View, clientX: number, clientY: number): Spot {
  const box = scroller.getBoundingClientRect();
  const right = box.left + scroller.clientWidth;
  const bottom = box.top + scroller.clientHeight;
  const inside = clientX >= box.left && clientX <= right && clientY >= box.top + AXIS && clientY <= bottom;
  return {
    x: clientX - box.left + scroller.scrollLeft - geometry.head,
    y: clientY - box.top + scroller.scrollTop - AXIS,
    inside,
  };
}

interface Sought {
  readonly technician: string;
  readonly from?: number;
  readonly until?: number;
}

/** Scroll as little as needed so that somebody's row, and a time in it, is in sight. */
export function reveal({ scroller, lines, scale, geometry }: View, { technician, from, until }: Sought): void {
  const index = lines.ofPerson.get(technician);
  const line = index === undefined ? undefined : lines.all[index];
  let { scrollTop: top, scrollLeft: left } = scroller;
  if (line !== undefined) {
    const height = scroller.clientHeight - AXIS;
    if (line.top < top) top = line.top;
    else if (line.top + line.height > top + height) top = line.top + line.height - height;
  }
  if (from !== undefined) {
    const width = scroller.clientWidth - geometry.head;
    const begin = xOf(scale, from) - 24;
    const end = xOf(scale, until ?? from) + 24;
    if (begin < left || end - begin > width) left = Math.max(begin, 0);
    else if (end > left + width) left = Math.min(end - width, widthOf(scale));
  }
  if (top !== scroller.scrollTop || left !== scroller.scrollLeft) scroller.scrollTo({ top, left });
}

/** Bring an instant to the first third of what is in sight. */
export function revealInstant({ scroller, scale, geometry }: View, at: number, calm: boolean): void {
  const left = Math.max(xOf(scale, at) - (scroller.clientWidth - geometry.head) / 3, 0);
  scroller.scrollTo({ left, behavior: calm ? "auto" : "smooth" });
}
