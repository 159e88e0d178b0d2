/** What the palette and the keys offer of the timeline, wherever the focus is. */

import { boardNow, type Visit } from "../../live";
import { useCommand } from "../../commands";
import { selectionNow } from "../../select";
import { useMay } from "../../session";
import { isPinned, pin, pinAll, type Speaking, unassign } from "./actions";
import type { Elsewhere } from "./bar-menu";
import type { Active } from "./grid-keys";
import { beginByKeys } from "./move-by-keys";
import { committed } from "./row-layout";
import { TEXTS } from "./texts";
import type { Sight } from "./time-scale";
import { ZOOM_STEP } from "./toolbar";

interface Props {
  readonly active: Active | null;
  readonly speaking: Speaking;
  readonly elsewhere: Elsewhere;
  readonly onNow: () => void;
  readonly onZoom: (factor: number) => void;
  readonly onSight: (sight: Sight) => void;
}

export function useCommands({ active, speaking, elsewhere, onNow, onZoom, onSight }: Props): void {
  const mayPublish = useMay("approve plans");
  const mayChange = useMay("change jobs");
  const group = TEXTS["timeline.group.keys"];
  /** The visit that is meant: the one selected last, else the one with the focus. */
  const meant = (): Visit | undefined => {
    const selected = selectionNow().findLast((one) => one.kind === "visit");
    return boardNow()?.visitById.get(selected?.id ?? active?.visit ?? "");
  };
  const on = (act: (visit: Visit) => void): (() => void) => () => {
    const visit = meant();
    if (visit !== undefined) act(visit);
  };
  const movable = (): boolean => {
    const visit = meant();
    return mayPublish && visit !== undefined && !committed(visit);
  };
  const given = (): boolean => (meant()?.planned.length ?? 0) > 0;

  useCommand({ id: "timeline.now", group, title: TEXTS["timeline.to-now"], key: "n", run: onNow });
  useCommand({ id: "timeline.closer", group, title: TEXTS["timeline.closer"], key: "+", repeats: true, run: () => onZoom(ZOOM_STEP) });
  useCommand({ id: "timeline.farther", group, title: TEXTS["timeline.farther"], key: "-", repeats: true, run: () => onZoom(1 / ZOOM_STEP) });
  useCommand({ id: "timeline.day", group, title: TEXTS["timeline.day"], key: "1", run: () => onSight("day") });
  useCommand({ id: "timeline.half", group, title: TEXTS["timeline.half"], key: "2", run: () => onSight("half") });
  useCommand({ id: "timeline.hours", group, title: TEXTS["timeline.hours"], key: "3", run: () => onSight("hours") });
  useCommand({ id: "timeline.move", group, title: TEXTS["act.move"], key: "m m", when: movable, run: on((visit) => void beginByKeys(visit.id, roleOf(active, visit))) });
  useCommand({ id: "timeline.pin", group, title: TEXTS["act.pin"], key: "p", when: () => mayChange && given(), run: on((visit) => void pin(visit, pinAll(visit), speaking)) });
  useCommand({
    id: "timeline.unpin",
    group,
    title: TEXTS["act.unpin"],
    key: "shift+p",
    when: () => {
      const visit = meant();
      return mayChange && visit !== undefined && isPinned(visit);
    },
    run: on((visit) => void pin(visit, {}, speaking)),
  });
  useCommand({ id: "timeline.unassign", group, title: TEXTS["act.unassign"], key: "delete", when: () => movable() && given(), run: on((visit) => unassign(visit, roleOf(active, visit))) });
  useCommand({ id: "timeline.why", group, title: TEXTS["act.why"], key: "w", when: () => meant() !== undefined, run: on(elsewhere.why) });
  useCommand({ id: "timeline.crew", group, title: TEXTS["act.crew"], key: "c", when: () => mayChange && movable(), run: on(elsewhere.crew) });
  useCommand({ id: "timeline.split", group, title: TEXTS["act.split"], when: () => mayChange && movable(), run: on(elsewhere.split) });
}

function roleOf(active: Active | null, visit: Visit): number {
  return active?.visit === visit.id ? active.role : visit.planned[0]?.role ?? 0;
}
