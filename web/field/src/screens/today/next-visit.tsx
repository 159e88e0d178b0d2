/** The next visit, large: when, where, what, who, what to bring. The button for it is below, in the bar. */

import type { ReactElement } from "react";
import type { NoticeDocument, VisitDocument } from "../../day/documents";
import { openVisit } from "../../place";
import type { FieldWords } from "../../texts";
import { Contact } from "../visit/contact";
import { Bring } from "../visit/bring";
import { Marks } from "../visit/marks";
import { WayThere } from "../visit/way-there";
import { askedFrom, travel, when } from "../visit/times";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly notices: readonly NoticeDocument[];
}

export function NextVisit({ words, visit, notices }: Props): ReactElement {
  const { site, job, customer } = visit;
  const under = ["en_route", "on_site", "working", "paused"].includes(visit.status);
  return (
    <article className="next card" aria-labelledby="next-title">
      <p className="over">
        <span>{words.say(under ? "today.now" : "today.next")}</span>
        <Marks words={words} visit={visit} notices={notices} />
      </p>
      <p className="time">{when(visit, words)}</p>
      <p className="muted">{travel(visit, words)}</p>
      {visit.early === true && <p className="provisional-note">{askedFrom(words, visit)}</p>}
      <h2 id="next-title">{job.title}</h2>
      <p className="muted">
        {job.number}
        {visit.equipment !== null && ` · ${[visit.equipment.kind, visit.equipment.maker, visit.equipment.model].filter(Boolean).join(" ")}`}
      </p>
      <p className="where">
        {site.name !== null && site.name !== "" && <strong>{site.name}</strong>}
        <span>{site.address}</span>
      </p>
      {site.access_notes !== null && site.access_notes !== "" && (
        <p className="access">
          <strong>{words.say("visit.access")}</strong> {site.access_notes}
        </p>
      )}
      <p className="who">
        {customer?.name}
        {visit.contact !== null && visit.contact.name !== customer?.name && ` · ${visit.contact.name}`}
      </p>
      <Bring words={words} visit={visit} />
      <div className="row">
        <WayThere words={words} visit={visit} />
        <Contact words={words} contact={visit.contact} short />
      </div>
      <button type="button" className="second" onClick={() => openVisit(visit.visit)}>
        {words.say("visit.details")}
      </button>
    </article>
  );
}
