/** A part of the form under a heading, with what is wrong in it. */

import { type ReactElement, type ReactNode, useId } from "react";
import { Icon } from "../../pieces";
import { sentence, type Wrong, within } from "./places";

export function Part({ title, hint, children, wrong = [], places = [] }: {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
  readonly wrong?: readonly Wrong[];
  /** The places whose errors are said here. */
  readonly places?: readonly string[];
}): ReactElement {
  const id = useId();
  return (
    <section className="scenarios-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {hint !== undefined && <p className="scenarios-muted">{hint}</p>}
      {children}
      <WrongHere wrong={places.flatMap((place) => within(wrong, place))} />
    </section>
  );
}

export function WrongHere({ wrong }: { readonly wrong: readonly Wrong[] }): ReactElement | null {
  if (wrong.length === 0) return null;
  return (
    <ul className="scenarios-wrong" role="alert">
      {wrong.map((one, at) => (
        <li key={at}>
          <Icon name="urgent" size={14} /> <code>{one.place}</code> {sentence(one)}
        </li>
      ))}
    </ul>
  );
}
