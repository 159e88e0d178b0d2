/** Whom to ring at the place. */

import type { ReactElement } from "react";
import type { VisitDocument } from "../../day/documents";
import { Icon } from "../../pieces/icon";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly contact: VisitDocument["contact"];
  /** Who it is stands beside it. */
  readonly short?: boolean;
}

export function Contact({ words, contact, short = false }: Props): ReactElement | null {
  if (contact === null || contact.phone === null || contact.phone === "") return null;
  return <Call words={words} name={contact.name} phone={contact.phone} short={short} />;
}

interface CallProps {
  readonly words: FieldWords;
  readonly name: string;
  readonly phone: string;
  readonly short?: boolean;
}

export function Call({ words, name, phone, short = false }: CallProps): ReactElement {
  return (
    <a className="second" href={`tel:${phone.replaceAll(/[^+\d]/g, "")}`} aria-label={words.say("call", { name })}>
      <Icon name="call" />
      {short ? words.say("call.short") : words.say("call", { name })}
    </a>
  );
}
