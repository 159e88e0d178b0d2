/** What is selected elsewhere, in a list or on the map, comes into sight here. */

import { useEffect, useRef } from "react";
import { boardNow } from "../../live";
import { useSelection } from "../../select";
import type { Active } from "./grid-keys";
import { rowOf } from "./rows-now";
import { reveal, viewNow } from "./view";

export function useFollow(active: Active | null, setActive: (active: Active) => void): void {
  const selection = useSelection();
  const last = selection.at(-1);
  const before = useRef(last);
  useEffect(() => {
    if (last === undefined || last === before.current) return;
    before.current = last;
    const view = viewNow();
    const board = boardNow();
    if (view === null) return;
    if (last.kind === "technician") {
      reveal(view, { technician: last.id });
      if (active?.line !== last.id) setActive({ line: last.id, kind: "person", visit: null, role: 0 });
    }
    const planned = last.kind === "visit" ? board?.visitById.get(last.id)?.planned[0] : undefined;
    if (planned === undefined) return;
    const bar = rowOf(board, planned.technician)?.bars.find((one) => one.visit.id === last.id);
    if (bar === undefined) return;
    reveal(view, { technician: planned.technician, from: bar.from, until: bar.until });
    if (active?.visit !== last.id) setActive({ line: planned.technician, kind: "person", visit: last.id, role: bar.role });
  }, [last, active, setActive]);
}
