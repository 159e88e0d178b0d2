/** What people were told, or will be; and events that a handler could not deal with. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { tell } from "../../notices";
import { change as send, type Shape } from "../../request";
import { useMay } from "../../session";
import { tableName } from "../audit/audit";
import { Asking } from "../kit/asking";
import { useListed } from "../kit/pages";
import { More } from "../kit/resource-list";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";

type Notification = Shape<"NotificationShape">;
type Parked = Shape<"ParkedShape">;
const STATUSES = ["waiting", "sent", "failed"] as const;

export function NotificationsPage({ words }: { readonly words: OfficeWords }): ReactElement {
  const maySeeAll = useMay("read the audit trail");
  const mayRetry = useMay("write setup");
  const [all, setAll] = useState(maySeeAll);
  const [status, setStatus] = useState("");
  const listed = useListed<Notification>("/api/v1/notifications", { limit: 50, ...(all ? { everybodys: "true" } : {}), ...(status === "" ? {} : { status }) });
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  async function again(one: Notification): Promise<void> {
    setError(null);
    try {
      await send("POST", `/api/v1/notifications/${one.id}/retry`);
      tell(words.say("notifications.again-soon"));
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    }
  }
  return (
    <div className="office-page">
      <header className="office-page-head">
        <h2>{words.say("notifications.title")}</h2>
        <span className="office-row wrap">
          <select className="office-input office-filter" aria-label={words.say("sending")} value={status} onChange={(event) => setStatus(event.target.value)}>
            <option value="">{words.say("sending")}: {words.say("kit.all")}</option>
            {STATUSES.map((one) => <option key={one} value={one}>{words.say(`sending.${one}`)}</option>)}
          </select>
          {maySeeAll && <label className="office-check"><input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> {words.say("notifications.everybodys")}</label>}
        </span>
      </header>
      <Trouble error={listed.error ?? error} words={words} again={listed.again} />
      {!listed.waiting && listed.rows.length === 0 && <p className="office-empty">{words.say("notifications.none")}</p>}
      <ul className="office-cards">
        {listed.rows.map((one) => (
          <li key={one.id}>
            <div>
              <b>{one.subject || one.body.slice(0, 80)}</b>{" "}
              <span className={`office-mark ${one.status === "sent" ? "good" : one.status === "failed" ? "ended" : "soon"}`}>{words.say(`sending.${one.status}`)}</span>
              {one.subject !== "" && <p>{one.body}</p>}
              <p className="office-quiet">
                {words.date(one.created_at)} {words.time(one.created_at)} · {one.channel} · {called(one.recipient, one.recipient_name, words)}{one.about !== "" && <> · {called(one.about, one.about_name, words)}</>}
                {one.failure !== "" && <> · <span className="office-wrong">{one.failure}</span></>}
              </p>
            </div>
            {mayRetry && one.status === "failed" && <button type="button" className="office-button" onClick={() => void again(one)}>{words.say("notifications.again")}</button>}
          </li>
        ))}
      </ul>
      {listed.more && <More onMore={listed.fetchMore} going={listed.fetchingMore} words={words} />}
    </div>
  );
}

/** What people call it; what has no name, or is gone, by its kind. */
function called(word: string, name: string | null | undefined, words: OfficeWords): string {
  const kind = word.split(":", 1)[0] ?? "";
  return name ?? tableName(kind === "user" ? "user_account" : kind, words);
}

export function ParkedPage({ words }: { readonly words: OfficeWords }): ReactElement {
  const listed = useListed<Parked>("/api/v1/events/parked", { limit: 50 });
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [giving, setGiving] = useState<Parked | null>(null);
  async function act(one: Parked, method: "POST" | "DELETE"): Promise<void> {
    setGiving(null);
    setError(null);
    const path = `/api/v1/events/parked/${one.handler}/${one.position}`;
    try {
      await send(method, method === "POST" ? `${path}/retry` : path);
      tell(words.say(method === "POST" ? "parked.retried" : "parked.given-up"));
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    }
  }
  return (
    <div className="office-page">
      <header className="office-page-head"><h2>{words.say("parked.title")}</h2></header>
      <p className="office-quiet">{words.say("parked.about")}</p>
      <Trouble error={listed.error ?? error} words={words} again={listed.again} />
      {!listed.waiting && listed.error === null && listed.rows.length === 0 && <p className="office-empty">{words.say("parked.none")}</p>}
      <ul className="office-cards">
        {listed.rows.map((one) => (
          <li key={`${one.handler} ${one.position}`}>
            <div>
              <b>{one.event?.kind ?? words.say("webhooks.event", { position: one.position })}</b> <small>{one.handler}</small>
              <p>{one.because}</p>
              <p className="office-quiet">{words.date(one.at)} {words.time(one.at)}</p>
            </div>
            <span className="office-row">
              <button type="button" className="office-button" onClick={() => void act(one, "POST")}>{words.say("parked.retry")}</button>
              <button type="button" className="office-button quiet-danger" onClick={() => setGiving(one)}>{words.say("parked.give-up")}</button>
            </span>
          </li>
        ))}
      </ul>
      {listed.more && <More onMore={listed.fetchMore} going={listed.fetchingMore} words={words} />}
      {giving !== null && <Asking title={words.say("parked.give-up")} text={words.say("parked.give-up-text")} yes={words.say("parked.give-up")} no={words.say("kit.keep")} onYes={() => void act(giving, "DELETE")} onNo={() => setGiving(null)} />}
    </div>
  );
}
