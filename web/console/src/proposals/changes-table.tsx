/** What a proposal changes, visit by visit: from where, to where, and why. */

import { type ReactElement, useMemo, useState } from "react";
import { hover, select } from "../select";
import { Button } from "../pieces";
import type { PlanDocument } from "../plans";
import { type End, type Row, rowsOf, type Why } from "./changes";
import { useSpeaker } from "./use-speaker";

interface Props {
  readonly plan: PlanDocument;
  readonly chosen: ReadonlySet<string>;
  /** Edit a visit in the draft; null: the reader may not, or it is no draft any more. */
  readonly onEdit: ((visit: string) => void) | null;
}

export function ChangesTable({ plan, chosen, onEdit }: Props): ReactElement | null {
  const { words } = useSpeaker();
  const [everything, setEverything] = useState(false);
  const rows = useMemo(() => rowsOf(plan), [plan]);
  const groups = useMemo(() => new Map(plan.difference.clusters.map((one, index) => [one.id, index + 1])), [plan]);
  const shifted = rows.filter((one) => one.kind === "shifted").length;
  const shown = everything || shifted === rows.length ? rows : rows.filter((one) => one.kind !== "shifted");
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="proposals-changes-title">
      <h2 id="proposals-changes-title">{words.say("proposals.changes")}</h2>
      <div className="proposals-scroll" tabIndex={0} role="region" aria-labelledby="proposals-changes-title">
        <table className="proposals-table">
          <thead>
            <tr>
              <th scope="col">{words.say("proposals.changes.visit")}</th>
              <th scope="col">{words.say("proposals.changes.from")}</th>
              <th scope="col">{words.say("proposals.changes.to")}</th>
              <th scope="col">{words.say("proposals.changes.why")}</th>
              <th scope="col">{words.say("proposals.changes.group")}</th>
              {onEdit !== null && <th scope="col"><span className="visually-hidden">{words.say("proposals.edit")}</span></th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Change key={row.visit} row={row} group={groups.get(row.cluster ?? "")} left={row.cluster !== null && !chosen.has(row.cluster)} onEdit={onEdit} />
            ))}
          </tbody>
        </table>
      </div>
      {!everything && shifted > 0 && shifted < rows.length && (
        <p className="proposals-muted">
          {words.say("proposals.changes.shifted", { n: shifted })}{" "}
          <Button size="small" kind="quiet" onPress={() => setEverything(true)}>
            {words.say("proposals.changes.show")}
          </Button>
        </p>
      )}
    </section>
  );
}

interface ChangeProps {
  readonly row: Row;
  readonly group: number | undefined;
  readonly left: boolean;
  readonly onEdit: ((visit: string) => void) | null;
}

function Change({ row, group, left, onEdit }: ChangeProps): ReactElement {
  const speaker = useSpeaker();
  const { words } = speaker;
  const same = row.before !== null && row.after !== null && row.before.people === row.after.people;
  return (
    <tr data-left={left || undefined} data-kind={row.kind} onMouseEnter={() => hover(row.visit)} onMouseLeave={() => hover(null)}>
      <th scope="row">
        <button type="button" className="proposals-link" onClick={() => select({ kind: "visit", id: row.visit })} title={words.say("proposals.changes.open", { number: row.number })}>
          {row.number}
        </button>
      </th>
      <td>
        <Where end={row.before} />
      </td>
      <td>
        <Where end={row.after} quiet={same} /> {row.minutes !== null && <small>{shiftSaid(row.minutes)}</small>}
      </td>
      <td>{row.why.map((one) => whySaid(one)).join(words.language === "zh" ? "；" : "; ")}</td>
      <td>{group ?? ""}</td>
      {onEdit !== null && (
        <td>
          <Button size="small" kind="quiet" aria-label={words.say("proposals.changes.edit", { number: row.number })} onPress={() => onEdit(row.visit)}>
            {words.say("proposals.edit")}
          </Button>
        </td>
      )}
    </tr>
  );

  function shiftSaid(minutes: number): string {
    if (minutes === 0) return words.say("proposals.changes.same");
    return words.say(minutes > 0 ? "proposals.changes.later" : "proposals.changes.sooner", { n: Math.abs(minutes) });
  }

  function whySaid(why: Why): string {
    const { span, amount } = speaker;
    switch (why.kind) {
      case "placed":
        return words.say("proposals.reason.placed");
      case "left-out":
        return words.say("proposals.reason.left-out");
      case "kept":
      case "missed": {
        const promise = words.say(`proposals.promise.${why.promise}`);
        return why.late === null ? words.say(`proposals.reason.${why.kind}.unplaced`, { promise }) : words.say(`proposals.reason.${why.kind}`, { promise, time: span(why.late) });
      }
      case "sooner":
        return words.say("proposals.reason.sooner", { time: span(why.late) });
      case "later":
        return words.say("proposals.reason.later", { time: span(why.late) });
      case "group":
        if (why.mended > 0) return words.say("proposals.reason.group.mends");
        return words.say(why.gain >= 0 ? "proposals.reason.group" : "proposals.reason.group.costs", { amount: amount(Math.abs(why.gain)) });
    }
  }
}

function Where({ end, quiet = false }: { readonly end: End | null; readonly quiet?: boolean }): ReactElement {
  const { words } = useSpeaker();
  if (end === null) return <em>{words.say("proposals.changes.nobody")}</em>;
  return (
    <span data-quiet={quiet || undefined}>
      {end.people} <b className="proposals-time">{words.time(end.start)}</b>
    </span>
  );
}
