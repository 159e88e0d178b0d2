/** What was done on the spot: answers to the checklist, pictures, parts, calls for help, the signature, the report. */

import type { ReactElement } from "react";
import { Badge, Problem, TimeOf, Waiting } from "../pieces";
import { useWords } from "../words";
import { usePictures, useRecord, type VisitRecord } from "./asking";
import { Part } from "./pieces";
import { TEXTS } from "./texts";

export function Record({ visit, mark }: { readonly visit: string; readonly mark: unknown }): ReactElement {
  const words = useWords(TEXTS);
  const { data, error, refetch } = useRecord(visit, mark);
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} compact />;
  const { checklists, parts, requests, calls, media, signature, report } = data;
  const nothing = [checklists, parts, requests, calls, media].every((one) => one.length === 0) && signature === null && report === null;
  return (
    <Part title={words.say("whole.record")}>
      {nothing && <p className="whole-muted">{words.say("whole.record.none")}</p>}
      {checklists.map((one) => (
        <Answers key={one.version} checklist={one} />
      ))}
      {media.length > 0 && <Pictures visit={visit} mark={mark} />}
      <ul className="whole-lines">
        {parts.map(({ part, quantity }) => (
          <li key={part}>{words.say("whole.part.used", { part, quantity })}</li>
        ))}
        {requests.map(({ id, part, quantity, status }) => (
          <li key={id}>{words.say("whole.part.asked", { part, quantity, status })}</li>
        ))}
        {calls.map(({ id, by, expert, at, note }) => (
          <li key={id}>
            {words.say("whole.call", { by: by ?? "–", expert: expert ?? words.say("whole.supervisor"), time: words.time(at) })} {note}
          </li>
        ))}
        {signature !== null && <li>{words.say("whole.signed", { name: signature.name, time: words.time(signature.at) })}</li>}
      </ul>
      {report !== null && (
        <a className="whole-link" href={`/api/v1/visits/${visit}/report`} target="_blank" rel="noopener">
          {words.say("whole.report")}
        </a>
      )}
    </Part>
  );
}

function Answers({ checklist }: { readonly checklist: VisitRecord["checklists"][number] }): ReactElement {
  const words = useWords(TEXTS);
  const said = (value: unknown): string => {
    if (value === null || value === undefined) return words.say("whole.unanswered");
    if (typeof value === "boolean") return value ? "✓" : "✗";
    return Array.isArray(value) ? String(value.length) : String(value);
  };
  return (
    <details className="whole-answers" open={checklist.missing.length > 0}>
      <summary>
        {words.say("whole.checklist", { version: checklist.version })}
        {checklist.missing.length > 0 && <Badge tone="warning">{words.say("whole.missing", { n: checklist.missing.length })}</Badge>}
      </summary>
      <dl className="whole-facts">
        {checklist.answers.map(({ name, title, title_zh, value, unit, label }) => (
          <div key={name}>
            <dt>{words.language === "zh" && title_zh !== "" ? title_zh : title}</dt>
            <dd>
              {label?.[words.language] ?? said(value)} {value !== null && unit}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Pictures({ visit, mark }: { readonly visit: string; readonly mark: unknown }): ReactElement {
  const words = useWords(TEXTS);
  const pictures = usePictures(visit, mark).data ?? [];
  return (
    <ul className="whole-pictures" aria-label={words.say("whole.pictures")}>
      {pictures.map((one) => (
        <li key={`${one.sha256} ${one.field}`}>
          {one.id === null ? (
            <span className="whole-muted">{words.say("whole.awaited")}</span>
          ) : (
            <a href={`/api/v1/media/${one.id}/content`} target="_blank" rel="noopener">
              <img src={`/api/v1/media/${one.id}/content`} alt={one.caption === "" ? words.say("whole.picture", { time: words.time(one.at) }) : one.caption} loading="lazy" />
            </a>
          )}
          <small>
            {one.caption} <TimeOf at={one.at} />
          </small>
        </li>
      ))}
    </ul>
  );
}
