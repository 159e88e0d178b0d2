/** What is known of a visit: when, where, what, who, what to bring, the machine and its past. */

import type { ReactElement, ReactNode } from "react";
import type { NoticeDocument, VisitDocument } from "../../day/documents";
import { Icon } from "../../pieces/icon";
import type { FieldKey, FieldWords } from "../../texts";
import { Bring } from "./bring";
import { Contact } from "./contact";
import { Machine } from "./machine";
import { Marks } from "./marks";
import { askedFrom, travel, when } from "./times";
import { WayThere } from "./way-there";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly notices: readonly NoticeDocument[];
  /** What is in front of everything else while somebody works. */
  readonly first: ReactNode;
}

export function About({ words, visit, notices, first }: Props): ReactElement {
  const { job, site, customer, contact, crew } = visit;
  return (
    <>
      <header className="about">
        <Marks words={words} visit={visit} notices={notices} />
        <h1>{job.title}</h1>
        <p className="muted">{[job.number, job.type].filter(Boolean).join(" · ")}</p>
        {visit.provisional && <p className="provisional-note">{words.say("visit.provisional")}</p>}
        {visit.early === true && !visit.preview && <p className="provisional-note">{askedFrom(words, visit)}</p>}
        {visit.preview && !visit.provisional && <p className="muted">{words.say("visit.preview")}</p>}
      </header>
      {first}
      <Part title={words.say("visit.when")}>
        <p className="time">{when(visit, words)}</p>
        <p className="muted">{travel(visit, words)}</p>
        {visit.extended > 0 && <p>{words.say("visit.extended", { minutes: Math.round(visit.extended / 60) })}</p>}
        {visit.windows.map(([start, end]) => (
          <p key={start}>
            {words.say(visit.appointment ? "visit.appointment" : "visit.window", { start: words.time(start), end: words.time(end) })}
          </p>
        ))}
        <Promises words={words} visit={visit} />
      </Part>
      <Part title={words.say("visit.where")}>
        <p>
          {site.name !== null && site.name !== "" && <strong>{site.name}, </strong>}
          {site.address}
        </p>
        <Said text={site.access_notes} title={words.say("visit.access")} />
        {!visit.provisional && (
          <div className="row">
            <WayThere words={words} visit={visit} />
          </div>
        )}
      </Part>
      {(!visit.provisional || visit.parts.length > 0 || crew.length > 1 || visit.knowledge.length > 0) && (
        <Part title={words.say("visit.what")}>
          {job.description !== null && job.description !== "" && <p className="text">{job.description}</p>}
          <Bring words={words} visit={visit} />
          {crew.length > 1 && <p>{words.say("visit.with", { names: crew.map((one) => one.name).join(", ") })}</p>}
          {visit.knowledge.length > 0 && <Knowledge words={words} visit={visit} />}
        </Part>
      )}
      {customer !== null && (
        <Part title={words.say("visit.who")}>
          <p>
            <strong>{customer.name}</strong>
            {contact !== null && contact.name !== customer.name && ` · ${contact.name}`}
          </p>
          <Said text={customer.notes} />
          <div className="row">
            <Contact words={words} contact={contact} short />
            {contact !== null && contact.email !== null && contact.email !== "" && (
              <a className="second" href={`mailto:${contact.email}`} aria-label={words.say("write", { name: contact.name })}>
                <Icon name="write" />
                {words.say("write.short")}
              </a>
            )}
          </div>
        </Part>
      )}
      {visit.equipment !== null && <Machine words={words} equipment={visit.equipment} />}
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Said({ text, title }: { readonly text: string | null; readonly title?: string }): ReactElement | null {
  if (text === null || text === "") return null;
  return (
    <p className="access">
      {title !== undefined && <strong>{title} </strong>}
      {text}
    </p>
  );
}

const STATES: Readonly<Partial<Record<string, FieldKey>>> = { met: "promise.kept", kept: "promise.kept", missed: "promise.missed", breached: "promise.missed" };

function Promises({ words, visit }: { readonly words: FieldWords; readonly visit: VisitDocument }): ReactElement | null {
  // A promise to answer or to send somebody is kept elsewhere.
  const mine = visit.promises.filter((one) => one.target === "on_site" || one.target === "resolve");
  if (mine.length === 0) return null;
  return (
    <ul className="promises">
      {mine.map((one) => {
        const state = STATES[one.state];
        const target = words.say(one.target === "on_site" ? "target.on_site" : "target.resolve");
        return (
          <li key={`${one.target} ${one.due}`}>
            {words.say("promise.due", { target, time: words.time(one.due) })}
            {state !== undefined && ` · ${words.say(state)}`}
          </li>
        );
      })}
    </ul>
  );
}

function Knowledge({ words, visit }: { readonly words: FieldWords; readonly visit: VisitDocument }): ReactElement {
  return (
    <>
      <h3>{words.say("visit.knowledge")}</h3>
      <ul className="links">
        {visit.knowledge.map((one) => (
          <li key={one.url}>
            <a href={one.url} target="_blank" rel="noopener noreferrer">
              {one.title}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
