/** The audit trail: who changed what, from what to what, found by person, by subject and by time. */

import { type ReactElement, useState } from "react";
import type { Shape } from "../../request";
import { useMay, useMe } from "../../session";
import { useReading } from "../../words";
import { DayField } from "../../pieces";
import { USER } from "../access/users";
import { useListed } from "../kit/pages";
import { ReferenceField } from "../kit/reference";
import { More } from "../kit/resource-list";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { daysAfter, instantOf, wallOf } from "../kit/wall";
import { dayName } from "../roster/day-names";
import type { OfficeKey } from "../texts";
import { columnName, differences, type Difference } from "./differences";

type Entry = Shape<"AuditShape">;
const TABLES = ["technician", "held_skill", "shift", "absence", "territory", "customer", "contact", "site", "equipment", "job", "visit", "job_type", "sla_policy", "business_calendar", "planning_policy", "travel_slice", "user_account", "webhook", "device", "plan"] as const;
const PAGES: Readonly<Record<string, string>> = { technician: "technicians", territory: "territories", customer: "customers", site: "sites", equipment: "equipment", job_type: "job-types", sla_policy: "sla-policies", business_calendar: "calendars", planning_policy: "policies", travel_slice: "slices", user_account: "users", webhook: "webhooks" };

export function AuditPage({ words }: { readonly words: OfficeWords }): ReactElement {
  const zone = useReading().timeZone ?? "UTC";
  const me = useMe();
  const mayUsers = useMay("manage users");
  const [actor, setActor] = useState<{ id: string; name: string } | null>(null);
  const [table, setTable] = useState("");
  const [what, setWhat] = useState("");
  const [row, setRow] = useState("");
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const query = {
    limit: 100,
    ...(actor === null ? {} : { actor: actor.id }),
    ...(table === "" ? {} : { table }),
    ...(what === "" ? {} : { what }),
    ...(row.trim() === "" ? {} : { row: row.trim() }),
    ...(since === "" ? {} : { since: instantOf({ date: since, time: "00:00" }, zone) }),
    ...(until === "" ? {} : { until: instantOf({ date: daysAfter(until, 1), time: "00:00" }, zone) }),
  };
  const listed = useListed<Entry>("/api/v1/audit", query);
  const narrows = actor !== null || table !== "" || what !== "" || row !== "" || since !== "" || until !== "";
  const clear = (): void => (setActor(null), setTable(""), setWhat(""), setRow(""), setSince(""), setUntil(""));
  return (
    <div className="office-page wide">
      <header className="office-page-head"><h2>{words.say("audit.title")}</h2></header>
      <div className="office-filters" role="search">
        {mayUsers ? (
          <ReferenceField to={USER} value={actor?.id ?? null} words={words} label={words.say("audit.who")} none={words.say("audit.who")} onChange={(id, user) => setActor(id === null ? null : { id, name: String(user?.name ?? id) })} />
        ) : (
          actor === null && <button type="button" className="office-button" onClick={() => setActor({ id: me.id, name: me.name })}>{words.say("audit.mine")}</button>
        )}
        <select className="office-input office-filter" aria-label={words.say("audit.subject")} value={table} onChange={(event) => setTable(event.target.value)}>
          <option value="">{words.say("audit.subject")}: {words.say("kit.all")}</option>
          {TABLES.map((one) => <option key={one} value={one}>{words.say(`table.${one}`)}</option>)}
        </select>
        <select className="office-input office-filter" aria-label={words.say("audit.what")} value={what} onChange={(event) => setWhat(event.target.value)}>
          <option value="">{words.say("audit.what")}: {words.say("kit.all")}</option>
          {(["created", "changed", "removed"] as const).map((one) => <option key={one} value={one}>{words.say(`what.${one}`)}</option>)}
        </select>
        <span className="office-sub" id="office-audit-since">{words.say("audit.since")}</span>
        <DayField labelledBy="office-audit-since" value={since} onChange={setSince} />
        <span className="office-sub" id="office-audit-until">{words.say("audit.until")}</span>
        <DayField labelledBy="office-audit-until" value={until} onChange={setUntil} />
        {actor !== null && <Chip text={actor.name} words={words} onRemove={() => setActor(null)} />}
        {row !== "" && <Chip text={row} words={words} onRemove={() => setRow("")} />}
        {narrows && <button type="button" className="office-button" onClick={clear}>{words.say("kit.show-all")}</button>}
      </div>
      <Trouble error={listed.error} words={words} again={listed.again} />
      {!listed.waiting && listed.error === null && listed.rows.length === 0 && <p className="office-empty">{words.say("audit.none")}</p>}
      <ol className="office-trail">
        {listed.rows.map((one, at) => {
          const here = wallOf(one.at, zone);
          const before = listed.rows[at - 1];
          const newDay = before === undefined || wallOf(before.at, zone).date !== here.date;
          const page = PAGES[one.table];
          return (
            <li key={one.id}>
              {newDay && <h3>{dayName(here.date, words.language, "long")}</h3>}
              <article>
                <time dateTime={one.at}>{here.time}</time>
                <div>
                  <p>
                    <button type="button" className="office-plain" title={words.say("audit.only-who")} onClick={() => setActor({ id: one.actor_id, name: one.actor_name })}>{one.actor_name}</button>{" "}
                    <b>{words.say(`what.${one.what}`)}</b> {tableName(one.table, words)}{" "}
                    <button type="button" className="office-plain id" title={words.say("audit.only-row")} onClick={() => setRow(one.row)}>{one.row}</button>
                    {" "}
                    {page !== undefined && one.what !== "removed" && <a className="office-inline" href={`#/office/${page}/${one.row}`}>{words.say("audit.open")}</a>}
                  </p>
                  <Changes changes={differences(one.changes, one.what)} words={words} />
                </div>
              </article>
            </li>
          );
        })}
      </ol>
      {listed.more && <More onMore={listed.fetchMore} going={listed.fetchingMore} words={words} />}
    </div>
  );
}

function Chip({ text, words, onRemove }: { readonly text: string; readonly words: OfficeWords; readonly onRemove: () => void }): ReactElement {
  return <span className="office-chip">{text}<button type="button" className="office-icon" aria-label={words.say("kit.all-of", { what: text })} onClick={onRemove}>×</button></span>;
}

const SHOWN = 6;

function Changes({ changes, words }: { readonly changes: readonly Difference[]; readonly words: OfficeWords }): ReactElement | null {
  const [all, setAll] = useState(false);
  if (changes.length === 0) return null;
  const shown = all ? changes : changes.slice(0, SHOWN);
  return (
    <>
    <dl className="office-changes">
      {shown.map((one) => (
        <div key={one.column}>
          <dt>{columnName(one.column, words)}</dt>
          <dd>
            {one.before !== null && <del>{one.before}</del>}
            {one.before !== null && one.after !== null && <span aria-hidden="true"> → </span>}
            {one.after !== null && <ins>{one.after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
    {changes.length > shown.length && <button type="button" className="office-plain" onClick={() => setAll(true)}>{words.say("audit.more", { count: changes.length - shown.length })}</button>}
    </>
  );
}

export function tableName(table: string, words: OfficeWords): string {
  return (TABLES as readonly string[]).includes(table) ? words.say(`table.${table}` as OfficeKey) : table.replaceAll("_", " ");
}
