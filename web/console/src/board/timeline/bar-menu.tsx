/** What can be done with a visit, at its bar: by the right button, or by the key that opens menus. */

import { type ReactElement, useMemo } from "react";
import { Menu as AriaMenu, MenuItem, Popover, Separator } from "react-aria-components";
import { boardNow, isDone, operationNow, useBoardPart, type Visit } from "../../live";
import { Icon, type IconName } from "../../pieces";
import { caps } from "../../commands";
import { selectionNow } from "../../select";
import { useMay } from "../../session";
import { freeze, isPinned, join, pin, pinAll, pinnedOf, type Speaking, unassign } from "./actions";
import { beginByKeys } from "./move-by-keys";
import { committed } from "./row-layout";
import { nameOf } from "./sentences";
import { HOUR } from "./time-scale";

export interface Opened {
  readonly visit: string;
  readonly role: number;
  readonly technician: string;
  readonly element: HTMLElement;
}

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly bad?: boolean;
  readonly run: () => void;
}

export interface Elsewhere {
  readonly open: (visit: Visit) => void;
  readonly why: (visit: Visit) => void;
  readonly sheet: (technician: string) => void;
  readonly split: (visit: Visit) => void;
  readonly crew: (visit: Visit) => void;
}

interface Props {
  readonly opened: Opened | null;
  readonly onClose: () => void;
  readonly speaking: Speaking;
  readonly elsewhere: Elsewhere;
}

export function BarMenu({ opened, onClose, speaking, elsewhere }: Props): ReactElement | null {
  const visit = useBoardPart((board) => (opened === null ? undefined : board?.visitById.get(opened.visit)));
  const fence = useBoardPart((board) => board?.fence ?? null);
  const may = { act: useMay("act on visits"), change: useMay("change jobs"), publish: useMay("approve plans") };
  const element = useMemo(() => ({ current: opened?.element ?? null }), [opened]);
  if (opened === null || visit === undefined) return null;
  const groups = entriesOf(visit, opened, fence, may, speaking, elsewhere).filter((group) => group.length > 0);
  const { words } = speaking;
  const what = `${visit.number} ${visit.title}`;
  return (
    <Popover className="piece-popover" aria-label={words.say("act.menu", { what })} triggerRef={element} isOpen onOpenChange={(yes) => !yes && onClose()} placement="bottom start" offset={4}>
      <AriaMenu className="piece-menu" aria-label={words.say("act.menu", { what })} onClose={onClose} autoFocus="first">
        {groups.flatMap((group, index) => [
          ...(index === 0 ? [] : [<Separator key={`line ${index}`} className="piece-line" />]),
          ...group.map((one) => (
            <MenuItem key={one.id} id={one.id} textValue={one.title} onAction={one.run} className={`piece-option ${one.bad === true ? "bad" : ""}`}>
              {one.icon === undefined ? <span className="timeline-menu-room" /> : <Icon name={one.icon} />}
              <span className="piece-option-text">{one.title}</span>
              {one.keys !== undefined && (
                <span className="piece-keys">
                  {caps(one.keys).map((cap) => (
                    <kbd key={cap}>{cap}</kbd>
                  ))}
                </span>
              )}
            </MenuItem>
          )),
        ])}
      </AriaMenu>
    </Popover>
  );
}

interface May {
  readonly act: boolean;
  readonly change: boolean;
  readonly publish: boolean;
}

function entriesOf(visit: Visit, opened: Opened, fence: string | null, may: May, speaking: Speaking, elsewhere: Elsewhere): readonly (readonly Entry[])[] {
  const { words } = speaking;
  const board = boardNow();
  const [planned] = visit.planned;
  const fixed = pinnedOf(visit);
  const movable = !committed(visit) && may.publish;
  const other = joinedWith(visit);
  const start = planned === undefined ? null : new Date(planned.start);
  const look: Entry[] = [
    { id: "open", title: words.say("act.open"), icon: "detail", keys: "enter", run: () => elsewhere.open(visit) },
    { id: "why", title: words.say("act.why"), icon: "question", keys: "w", run: () => elsewhere.why(visit) },
  ];
  const move: Entry[] = movable
    ? [
        { id: "move", title: words.say("act.move"), icon: "route", keys: "m", run: () => void beginByKeys(visit.id, opened.role) },
        ...(planned === undefined ? [] : [{ id: "unassign", title: words.say("act.unassign"), icon: "out" as const, keys: "delete", bad: true, run: () => unassign(visit, opened.role) }]),
      ]
    : [];
  const pins: Entry[] = [];
  if (may.change && planned !== undefined && start !== null && !isDone(visit)) {
    const put = (wanted: Parameters<typeof pin>[1]): void => void pin(visit, wanted, speaking);
    pins.push({ id: "pin", title: words.say("act.pin"), icon: "pin", keys: "p", run: () => put(pinAll(visit)) });
    if (fixed.technician === undefined) {
      const technician = opened.technician;
      pins.push({ id: "pin-technician", title: words.say("act.pin.technician", { name: nameOf(board, technician) }), run: () => put({ technician }) });
    }
    if (fixed.start === undefined) pins.push({ id: "pin-start", title: words.say("act.pin.start", { time: words.time(start) }), run: () => put({ start: planned.start }) });
    if (fixed.order !== true) pins.push({ id: "pin-order", title: words.say("act.pin.order"), run: () => put({ order: true }) });
    if (isPinned(visit)) pins.push({ id: "unpin", title: words.say("act.unpin"), keys: "shift+p", run: () => put({}) });
  }
  const parts: Entry[] = [];
  if (may.change && !committed(visit)) {
    parts.push({ id: "split", title: words.say("act.split"), icon: "compare", run: () => elsewhere.split(visit) });
    if (other !== null) parts.push({ id: "join", title: words.say("act.join"), run: () => void join(visit, other, speaking) });
    parts.push({ id: "crew", title: words.say("act.crew"), icon: "people", keys: "c", run: () => elsewhere.crew(visit) });
  }
  const rest: Entry[] = [];
  if (may.publish && start !== null) {
    rest.push({ id: "freeze", title: words.say("act.freeze", { time: words.time(start) }), icon: "lock", run: () => void freeze(start, speaking) });
  }
  // The policy's own fence goes with the clock, a few minutes ahead of it; one that was set stands further on.
  if (may.publish && fence !== null && Date.parse(fence) - operationNow() > HOUR / 2) rest.push({ id: "thaw", title: words.say("act.thaw"), run: () => void freeze(null, speaking) });
  rest.push({ id: "sheet", title: words.say("act.sheet", { name: nameOf(board, opened.technician) }), icon: "print", run: () => elsewhere.sheet(opened.technician) });
  return [look, move, pins, parts, rest];
}

/** The other one, when exactly two visits of one job are selected. */
function joinedWith(visit: Visit): Visit | null {
  const ids = selectionNow().filter((one) => one.kind === "visit").map((one) => one.id);
  const otherId = ids.length === 2 && ids.includes(visit.id) ? ids.find((id) => id !== visit.id) : undefined;
  const other = otherId === undefined ? undefined : boardNow()?.visitById.get(otherId);
  return other !== undefined && other.job === visit.job && !committed(other) ? other : null;
}
