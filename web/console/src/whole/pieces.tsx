/** Parts that every detail is made of. */

import type { ReactElement, ReactNode } from "react";
import { Icon } from "../pieces";
import { useWords } from "../words";
import { TEXTS } from "./texts";

/** A part with its head. */
export function Part({ title, children, aside }: { readonly title: string; readonly children: ReactNode; readonly aside?: ReactNode }): ReactElement {
  return (
    <section className="whole-part">
      <h3>
        {title}
        {aside !== undefined && <span className="whole-aside">{aside}</span>}
      </h3>
      {children}
    </section>
  );
}

/** A number to ring; the desk's telephone takes it. */
export function Ring({ number, name }: { readonly number: string | null; readonly name?: string }): ReactElement {
  const words = useWords(TEXTS);
  if (number === null) return <span className="whole-muted">{words.say("whole.no-phone")}</span>;
  return (
    <a className="whole-ring" href={`tel:${number.replace(/[^+\d]/g, "")}`} aria-label={words.say("whole.ring", { number: name === undefined ? number : `${name}, ${number}` })}>
      <Icon name="phone" size={12} />
      {number}
    </a>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values; what has none is left out. */
export function Facts({ facts }: { readonly facts: readonly (Fact | null)[] }): ReactElement {
  return (
    <dl className="whole-facts">
      {facts
        .filter((one) => one !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
