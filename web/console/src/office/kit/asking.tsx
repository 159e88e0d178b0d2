/** A question before something that is not easily taken back, and other small windows over the page. */

import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  readonly closeLabel: string;
}

/** A window over the page. Escape closes it; the focus goes back to where it was. */
export function Over({ title, onClose, children, wide, closeLabel }: Props): ReactElement {
  const box = useRef<HTMLDialogElement>(null);
  const named = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      className={`office-over${wide ? " wide" : ""}`}
      aria-labelledby={named}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header>
        <h2 id={named}>{title}</h2>
        <button type="button" className="office-icon" aria-label={closeLabel} onClick={onClose}>×</button>
      </header>
      {children}
    </dialog>
  );
}

export function Asking({
  title,
  text,
  yes,
  no,
  onYes,
  onNo,
}: {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}): ReactElement {
  return (
    <Over title={title} onClose={onNo} closeLabel={no}>
      <p className="office-over-text">{text}</p>
      <footer>
        <button type="button" className="office-button" onClick={onNo}>{no}</button>
        <button type="button" className="office-button danger" onClick={onYes}>{yes}</button>
      </footer>
    </Over>
  );
}
