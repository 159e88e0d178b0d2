/** States of a part of the page: empty, refused, on its way. */

import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { Refused, Unreachable } from "../request";
import { useWords, type Words } from "../words";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import { TEXTS, type PieceKey } from "./texts";

/** Nothing is here, and what to do about it. */
export function Empty({ title, children, action, icon }: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: IconName;
}): ReactElement {
  return (
    <div className="piece-empty">
      {icon !== undefined && <Icon name={icon} size={28} />}
      <p className="piece-empty-title">{title}</p>
      {children !== undefined && <div className="piece-empty-text">{children}</div>}
      {action}
    </div>
  );
}

/** What went wrong as a sentence: the server's own, which names the remedy, or ours. */
export function sentenceOf(error: unknown, words: Words<PieceKey>): string {
  if (error instanceof Unreachable) return words.say("piece.unreachable");
  if (error instanceof Refused) {
    if (error.status === 412) return error.problem.detail ?? words.say("piece.changed-meanwhile");
    return error.message;
  }
  return words.say("piece.failed", { why: error instanceof Error ? error.message : String(error) });
}

/** The same, for who shows it elsewhere, as in a notice. */
export function useSentenceOf(): (error: unknown) => string {
  const words = useWords(TEXTS);
  return (error) => sentenceOf(error, words);
}

/** A refusal where it happened, with what helps; nothing where there is no error. */
export function Problem({ error, onAgain, compact = false }: {
  readonly error: unknown;
  /** Offer to try again. */
  readonly onAgain?: () => void;
  readonly compact?: boolean;
}): ReactElement | null {
  const words = useWords(TEXTS);
  if (error === null || error === undefined || error === false) return null;
  const remedy = error instanceof Refused && typeof error.problem.remedy === "string" ? error.problem.remedy : null;
  return (
    <div className={`piece-problem ${compact ? "compact" : ""}`} role="alert">
      <Icon name="urgent" />
      <div>
        <p>{sentenceOf(error, words)}</p>
        {remedy !== null && <p className="piece-remedy">{remedy}</p>}
        {wrongValues(error).map(({ at, message }) => (
          <p key={at} className="piece-remedy">
            <code>{at}</code> {message}
          </p>
        ))}
      </div>
      {onAgain !== undefined && (
        <Button size="small" onPress={onAgain}>
          {words.say("try-again")}
        </Button>
      )}
    </div>
  );
}

interface WrongValue {
  readonly at: string;
  readonly message: string;
}

function wrongValues(error: unknown): readonly WrongValue[] {
  if (!(error instanceof Refused) || !Array.isArray(error.problem.errors)) return [];
  return (error.problem.errors as Record<string, unknown>[]).map((one) => ({
    at: String(one.pointer ?? one.field ?? one.place ?? one.location ?? ""),
    message: String(one.detail ?? one.message ?? one.problem ?? ""),
  }));
}

/** Something is being waited for. Nothing is shown for the first 300 ms: what is quick does not flicker. */
export function Waiting({ children }: { readonly children?: ReactNode }): ReactElement | null {
  const [late, setLate] = useState(false);
  const words = useWords(TEXTS);
  useEffect(() => {
    const due = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(due);
  }, []);
  if (!late) return null;
  return (
    <div className="piece-waiting" role="status">
      <span className="piece-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {children ?? words.say("piece.waiting")}
    </div>
  );
}
