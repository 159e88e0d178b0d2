/** A sheet that comes from below, over the page, within reach of a thumb; Escape or "Back" puts it away. */

import { type ReactElement, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import type { FieldWords } from "../texts";

interface Props {
  readonly words: FieldWords;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Sheet({ words, title, onClose, children }: Props): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const here = dialog.current;
    here?.showModal();
    // Closed while it still stands in the page, it gives the focus back to what opened it.
    return () => here?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        // A sheet that lies on this one is put away alone.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="sheet-head">
        <h2 id={heading} tabIndex={-1} autoFocus>
          {title}
        </h2>
        <button type="button" className="quiet" onClick={onClose}>
          {words.say("back")}
        </button>
      </div>
      {children}
    </dialog>
  );
}
