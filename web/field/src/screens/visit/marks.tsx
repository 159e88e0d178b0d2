/** How a visit stands, in words on a colour; and whether something about it is new. */

import type { ReactElement } from "react";
import type { NoticeDocument, VisitDocument } from "../../day/documents";
import { useDay } from "../../sync";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  readonly notices: readonly NoticeDocument[];
}

export function Marks({ words, visit, notices }: Props): ReactElement {
  const news = notices.find((one) => !one.seen && one.visit === visit.visit);
  const unread = useDay().messages.some((one) => one.new && one.visit === visit.visit);
  const { priority } = visit.job;
  return (
    <span className="marks">
      {(priority === "critical" || priority === "high") && (
        <span className={`mark ${priority}`}>{words.say(`priority.${priority}`)}</span>
      )}
      {news !== undefined && <span className="mark news">{words.say(news.what === "assigned" ? "visit.new" : "visit.changed")}</span>}
      {unread && <span className="mark news">{words.say("visit.message")}</span>}
      {visit.early === true ? (
        <span className="mark scheduled">{words.say("status.scheduled")}</span>
      ) : (
        <span className={`mark ${visit.status}`}>{words.say(`status.${visit.status}`)}</span>
      )}
    </span>
  );
}
