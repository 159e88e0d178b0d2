/** Moving with the keyboard alone: arrows aim, Enter lets go, Escape leaves it. */

import { boardNow } from "../../live";
import { lengthOf, movedWith } from "./drag";
import { aimAt, begin, cancel, letGo, type Moving, movingNow } from "./moving";
import { nextPerson } from "./rows";
import { rowOf } from "./rows-now";
import { type Moved, neighbour, placeOf, type Target, targetFor, unmoved } from "./target";
import { GRID } from "./time-scale";
import { reveal, viewNow } from "./view";

/** Begin to move a visit by keys. False: nobody can move it any more. */
export function beginByKeys(visit: string, role = 0): boolean {
  const lead: Moved = { visit, role };
  const moved = movedWith(lead);
  if (moved.length === 0) return false;
  begin({ moved, lead, length: lengthOf(lead), way: "keys" });
  const at = placeNow(lead) ?? firstPlace();
  if (at !== null) aim(at);
  addEventListener("keydown", press, true);
  return true;
}

function stop(): void {
  removeEventListener("keydown", press, true);
}

/** Keys go to what is being moved, wherever the focus is, as long as it hangs on the hand. */
function press(event: KeyboardEvent): void {
  const moving = movingNow();
  if (moving === null || moving.way !== "keys" || moving.stage !== "aiming") return stop();
  if (event.ctrlKey || event.metaKey) return;
  const { key } = event;
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter", "Escape"].includes(key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (key === "Escape") {
    cancel();
    stop();
  } else if (key === "Enter") {
    letGo();
    stop();
  } else {
    const next = stepped(moving, key, event.shiftKey);
    if (next !== null) aim(next);
  }
}

/** Aim at a place of the timeline, and bring it into sight: by keys, or by a click while it hangs on the keys. */
export function aim(target: Target): void {
  const moving = movingNow();
  const row = rowOf(boardNow(), target.technician);
  if (moving === null || row === null) return;
  aimAt(target, unmoved(row, target, moving.moved));
  const view = viewNow();
  if (view !== null) reveal(view, { technician: target.technician, from: target.at, until: target.at + moving.length });
}

function stepped(moving: Moving, key: string, exactly: boolean): Target | null {
  const { aim: from, moved } = moving;
  if (from === null || from === "nobody") return firstPlace();
  const names = new Set(moved.map((one) => one.visit));
  const row = rowOf(boardNow(), from.technician);
  if (row === null) return null;
  if (key === "ArrowUp" || key === "ArrowDown") return inNextRow(from, key === "ArrowUp" ? -1 : 1, names);
  const step = key === "ArrowLeft" ? -1 : 1;
  return exactly ? targetFor(row, from.at + step * GRID, names, true) : neighbour(row, { ...from, exact: false }, step, names);
}

function inNextRow(from: Target, step: 1 | -1, names: ReadonlySet<string>): Target | null {
  const lines = viewNow()?.lines;
  const at = lines?.ofPerson.get(from.technician);
  if (lines === undefined || at === undefined) return null;
  for (let next = nextPerson(lines, at, step); next !== null; next = nextPerson(lines, lines.ofPerson.get(next) ?? -1, step)) {
    const row = rowOf(boardNow(), next);
    const target = row === null ? null : targetFor(row, from.at, names, from.exact);
    if (target !== null) return target;
  }
  return null;
}

function placeNow({ visit, role }: Moved): Target | null {
  const board = boardNow();
  const planned = board?.visitById.get(visit)?.planned.find((one) => one.role === role);
  const row = planned === undefined ? null : rowOf(board, planned.technician);
  const bar = row?.bars.find((one) => one.visit.id === visit && one.role === role);
  if (row === null || bar === undefined) return null;
  const moved = new Set(movingNow()?.moved.map((one) => one.visit) ?? [visit]);
  return { technician: row.technician.id, shift: bar.shift, position: placeOf(row, bar, moved), at: bar.from, exact: false };
}

/** Somewhere to begin from, for what nobody has: the first shift in sight. */
function firstPlace(): Target | null {
  const view = viewNow();
  if (view === null) return null;
  const names = new Set(movingNow()?.moved.map((one) => one.visit) ?? []);
  for (const line of view.lines.all) {
    if (line.kind !== "person" || line.top + line.height / 2 < view.scroller.scrollTop) continue;
    const row = rowOf(boardNow(), line.id);
    const last = row?.bars.at(-1);
    const target = row === null ? null : targetFor(row, last?.until ?? row.duties[0]?.from ?? 0, names, false);
    if (target !== null) return target;
  }
  return null;
}
