/** One visit of the list: when, what, where, and how it stands. */

import type { ReactElement } from "react";
import type { NoticeDocument, VisitDocument } from "../../day/documents";
import { openVisit } from "../../place";
import type { Kept } from "../../sync";
import type { FieldWords } from "../../texts";
import { Marks } from "../visit/marks";
import { when } from "../visit/times";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly kept: Kept;
}

export function VisitLine({ words, visit, kept }: Props): ReactElement {
  const notices = kept.documents.filter((one): one is NoticeDocument => one.kind === "notice");
  return (
    <li>
      <button type="button" className={visit.provisional || visit.early === true ? "visit provisional" : "visit"} onClick={() => openVisit(visit.visit)}>
        <span className={`order ${visit.status}`} aria-hidden="true">
          {visit.order}
        </span>
        <span>
          <span className="line">
            <strong className="time">{when(visit, words)}</strong>
            <Marks words={words} visit={visit} notices={notices} />
          </span>
          <span className="title">{visit.job.title}</span>
          <small>
            {visit.site.address}
            {visit.customer !== null && ` · ${visit.customer.name}`}
            {visit.provisional && visit.job.type !== null && ` · ${visit.job.type}`}
          </small>
        </span>
      </button>
    </li>
  );
}
