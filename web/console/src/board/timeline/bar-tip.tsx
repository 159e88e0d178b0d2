/** What a bar means, in sentences, beside it: when the pointer rests on it, and when the keyboard is on it. */

import { type ReactElement, useEffect, useState } from "react";
import { boardNow, operationNow, useBoardPart } from "../../live";
import { useMovingPart } from "./moving";
import { rowOf } from "./rows-now";
import { nameOf, tellBar, whatOf } from "./sentences";
import type { TimelineWords } from "./texts";

export interface Tipped {
  readonly visit: string;
  readonly role: number;
  readonly technician: string;
  readonly element: HTMLElement;
}

const REST_MS = 350;
const WIDTH = 320;

export function BarTip({ tipped, words, onClose }: { readonly tipped: Tipped | null; readonly words: TimelineWords; readonly onClose: () => void }): ReactElement | null {
  const [shown, setShown] = useState<Tipped | null>(null);
  useEffect(() => {
    if (tipped === null) {
      setShown(null);
      return;
    }
    const due = setTimeout(() => setShown(tipped), REST_MS);
    return () => clearTimeout(due);
  }, [tipped]);
  useEffect(() => {
    if (shown === null) return;
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape") onClose();
    };
    addEventListener("keydown", close);
    addEventListener("scroll", onClose, { capture: true, passive: true });
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("scroll", onClose, true);
    };
  }, [shown, onClose]);
  const moving = useMovingPart((one) => one !== null);
  const row = useBoardPart((board) => (shown === null ? null : rowOf(board, shown.technician)));
  const bar = row?.bars.find((one) => one.visit.id === shown?.visit && one.role === shown?.role);
  if (moving || shown === null || bar === undefined || !shown.element.isConnected) return null;
  const box = shown.element.getBoundingClientRect();
  const board = boardNow();
  const below = box.bottom + 180 < innerHeight;
  const left = Math.max(8, Math.min(box.left, innerWidth - WIDTH - 8));
  return (
    <div className="timeline-tip" aria-hidden="true" style={{ left, width: WIDTH, ...(below ? { top: box.bottom + 6 } : { bottom: innerHeight - box.top + 6 }) }}>
      <b>{whatOf(words, bar.visit)}</b>
      <p className="where">{bar.visit.site.address}</p>
      <ul>
        {tellBar(words, bar, nameOf(board, shown.technician), board, operationNow()).map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </div>
  );
}
