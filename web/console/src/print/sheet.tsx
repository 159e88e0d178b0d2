/** The sheet of one technician's day, for paper: it is read without a screen, so nothing stands behind anything. */

import type { ReactElement } from "react";
import type { Interval } from "../live";
import { useSpan, useTargetName } from "../pieces";
import { useWords } from "../words";
import type { RestLine, SheetOf, StopLine } from "./sheets";
import { TEXTS } from "./texts";

interface Props {
  readonly sheet: SheetOf;
  readonly since: string;
  readonly foot: string;
}

export function Sheet({ sheet, since, foot }: Props): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const { who } = sheet;
  const shifts = who.shifts.map((shift) => `${words.time(shift.starts_at)}–${words.time(shift.ends_at)}`).join(", ");
  const facts: readonly (readonly [string, string | null])[] = [
    [words.say("print.shift"), shifts],
    [words.say("print.visits"), String(sheet.visits)],
    [words.say("print.driving"), span(sheet.driving)],
    [words.say("print.territory"), sheet.territory],
    [words.say("print.phone"), who.phone],
  ];
  return (
    <section className="print-sheet" aria-label={who.name}>
      <header>
        <h2>{who.name}</h2>
        <p className="print-date">{words.date(since)}</p>
        <dl>
          {facts.map(
            ([name, value]) =>
              value !== null && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
        </dl>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col" className="print-number">
              #
            </th>
            <th scope="col" className="print-time">
              {words.say("print.time")}
            </th>
            <th scope="col">{words.say("print.what")}</th>
            <th scope="col">{words.say("print.where")}</th>
            <th scope="col" className="print-done">
              {words.say("print.done")}
            </th>
          </tr>
        </thead>
        <tbody>{sheet.lines.map((line) => (line.kind === "visit" ? <Stop key={line.visit.id} line={line} /> : <Rest key={line.rest.id} line={line} />))}</tbody>
      </table>
      <footer>{foot}</footer>
    </section>
  );
}

function Rest({ line }: { readonly line: RestLine }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  return (
    <tr className="print-break">
      <td />
      <td className="print-time">{words.time(new Date(line.at))}</td>
      <td colSpan={3}>{words.say("print.break", { span: span(line.rest.duration) })}</td>
    </tr>
  );
}

function Stop({ line }: { readonly line: StopLine }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const target = useTargetName();
  const { visit, role, notes, crew } = line;
  const range = (key: "print.appointment" | "print.window", { earliest, latest }: Interval): string =>
    words.say(key, { from: words.time(earliest), until: words.time(latest) });
  const asked = visit.appointment === null ? visit.windows.map((one) => range("print.window", one)) : [range("print.appointment", visit.appointment)];
  const due = visit.promises.filter((one) => one.state === "running" && (one.target === "on_site" || one.target === "resolve"));
  const details: readonly string[] = [
    visit.type,
    ...asked,
    ...due.map((one) => words.say("print.promise", { target: target(one.target), time: words.time(one.due) })),
    ...(crew.length > 0 ? [words.say("print.crew", { who: crew.join(", ") })] : []),
    ...(notes === undefined || notes.equipment === "" ? [] : [words.say("print.equipment", { what: notes.equipment })]),
    ...(notes === undefined || notes.serial === "" ? [] : [words.say("print.serial", { serial: notes.serial })]),
  ];
  return (
    <tr>
      <td className="print-number">{line.number}</td>
      <td className="print-time">
        <strong>{words.time(role.start)}</strong>–{words.time(role.end)}
        {role.leave_at != null && role.travel_seconds != null && <small>{words.say("print.leave", { time: words.time(role.leave_at), span: span(role.travel_seconds) })}</small>}
      </td>
      <td>
        <strong>
          {visit.number} {visit.title}
        </strong>
        {details.map((one) => (
          <small key={one}>{one}</small>
        ))}
        {notes !== undefined && notes.description !== "" && <p className="print-text">{notes.description}</p>}
      </td>
      <td>
        <strong>{visit.customer.name}</strong>
        <span>{[notes?.site_name, visit.site.address].filter(Boolean).join(", ")}</span>
        {notes !== undefined && notes.contact !== "" && <span>{[words.say("print.contact", { name: notes.contact }), notes.contact_phone].filter(Boolean).join(", ")}</span>}
        {notes !== undefined && notes.access_notes !== "" && <p className="print-text">{words.say("print.access", { notes: notes.access_notes })}</p>}
      </td>
      <td className="print-done">
        <span className="print-box" aria-hidden="true" />
      </td>
    </tr>
  );
}
