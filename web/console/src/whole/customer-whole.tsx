/** A customer, whole: whom one talks to, where, which machines in which warranty, and every job so far. */

import type { ReactElement } from "react";
import { Badge, Empty, PriorityMark, Problem, useJobStatusName, Waiting } from "../pieces";
import { select } from "../select";
import { useWords } from "../words";
import { useCustomer, type WholeCustomer } from "./asking";
import { Part, Ring } from "./pieces";
import { TEXTS } from "./texts";

const WARRANTY_TONE = { unknown: "plain", valid: "good", ending: "warning", ended: "bad" } as const;

interface Props {
  readonly id: string;
  /** Where one is chosen here, such as for a new job; else they are only shown. */
  readonly site?: string | null;
  readonly onSite?: (id: string) => void;
  readonly machine?: string | null;
  readonly onMachine?: (id: string | null) => void;
}

export function CustomerWhole({ id, ...chosen }: Props): ReactElement {
  const { data, error, refetch } = useCustomer(id);
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
  return <Shown whole={data} {...chosen} />;
}

function Shown({ whole, site = null, onSite, machine = null, onMachine }: Omit<Props, "id"> & { readonly whole: WholeCustomer }): ReactElement {
  const words = useWords(TEXTS);
  const jobStatus = useJobStatusName();
  const { customer, contacts, sites, equipment, jobs } = whole;
  const day = new Intl.DateTimeFormat(words.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium" });
  return (
    <article className="whole" aria-labelledby="whole-customer">
      <header className="whole-head">
        <div>
          <h2 id="whole-customer">{customer.name}</h2>
          {customer.contract !== null && <Badge tone="action">{words.say("whole.contract", { name: customer.contract })}</Badge>}
        </div>
      </header>
      {customer.notes !== "" && <p className="whole-text whole-note">{customer.notes}</p>}
      <Part title={words.say("whole.contacts")}>
        <ul className="whole-lines">
          {contacts.map((one) => (
            <li key={one.id}>
              {one.name} <Ring number={one.phone} name={one.name} />
            </li>
          ))}
        </ul>
      </Part>
      <Part title={words.say("whole.sites")}>
        <ul className="whole-choices">
          {sites.map((one) => (
            <li key={one.id}>
              <Choosable chosen={site === one.id} {...(onSite === undefined ? {} : { onChoose: () => onSite(one.id) })}>
                {one.name !== "" && <strong>{one.name}</strong>} {one.address} {one.lat === null && <Badge tone="bad">{words.say("whole.no-place")}</Badge>}
                {one.access_notes !== "" && <span className="whole-muted"> {one.access_notes}</span>}
              </Choosable>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={words.say("whole.equipment")}>
        {equipment.length === 0 && <p className="whole-muted">{words.say("whole.equipment.none")}</p>}
        <ul className="whole-choices">
          {equipment
            .filter((one) => onMachine === undefined || site === null || one.site_id === site)
            .map((one) => (
              <li key={one.id}>
                <Choosable chosen={machine === one.id} {...(onMachine === undefined ? {} : { onChoose: () => onMachine(machine === one.id ? null : one.id) })}>
                  <strong>{[one.maker, one.model].filter(Boolean).join(" ")}</strong> {one.kind} {one.serial !== null && <span className="whole-muted">{one.serial}</span>}{" "}
                  <Badge tone={WARRANTY_TONE[one.warranty]}>
                    {words.say(`whole.warranty.${one.warranty}`, { date: one.warranty_until === null ? "" : day.format(new Date(`${one.warranty_until}T12:00`)) })}
                  </Badge>
                </Choosable>
              </li>
            ))}
        </ul>
      </Part>
      <Part title={words.say("whole.history")}>
        {jobs.length === 0 ? (
          <Empty title={words.say("whole.history.none")} />
        ) : (
          <ol className="whole-lines">
            {jobs.slice(0, 12).map((one) => (
              <li key={one.id}>
                <PriorityMark priority={one.priority} />{" "}
                <button type="button" className="whole-to" onClick={() => select({ kind: "job", id: one.id })}>
                  {one.number}
                </button>{" "}
                {one.title} <Badge>{jobStatus(one.status)}</Badge> <span className="whole-muted">{day.format(new Date(one.received_at))}</span>
              </li>
            ))}
          </ol>
        )}
      </Part>
    </article>
  );
}

function Choosable({ chosen, onChoose, children }: { readonly chosen: boolean; readonly onChoose?: () => void; readonly children: React.ReactNode }): ReactElement {
  if (onChoose === undefined) return <span>{children}</span>;
  return (
    <button type="button" className="whole-choice" aria-pressed={chosen} onClick={onChoose}>
      {children}
    </button>
  );
}
