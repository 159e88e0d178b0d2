/** An answer as it is read: waited for, told when it could not be read, and with its sentence first. */

import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useId } from "react";
import { Problem, Waiting } from "../../pieces";
import { useSpeaker } from "../use-speaker";

export function Read<Answer>({ found, said, children }: {
  readonly found: UseQueryResult<Answer>;
  readonly said: (answer: Answer) => string;
  readonly children: (answer: Answer) => ReactNode;
}): ReactElement {
  const { words } = useSpeaker();
  return (
    <>
      <Problem error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Waiting />}
      {found.data !== undefined && (
        <>
          <section aria-labelledby="scenarios-answer">
            <h2 id="scenarios-answer">{words.say("scenarios.answer")}</h2>
            <p className="scenarios-answer">{said(found.data)}</p>
          </section>
          {children(found.data)}
        </>
      )}
    </>
  );
}

/** A part of the answer; what is wide scrolls by itself. */
export function Shown({ title, note, children }: { readonly title: string; readonly note?: string; readonly children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note !== undefined && <p className="scenarios-muted">{note}</p>}
      {children}
    </section>
  );
}

export function Wide({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="scenarios-scroll" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
