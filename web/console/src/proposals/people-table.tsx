/** Who is affected by a proposal, and how their day is then. */

import type { ReactElement } from "react";
import { hover } from "../select";
import { nameIn, type PlanDocument } from "../plans";
import { useSpeaker } from "./use-speaker";

export function PeopleTable({ plan }: { readonly plan: PlanDocument }): ReactElement | null {
  const { words, span } = useSpeaker();
  const people = Object.entries(plan.difference.technicians);
  if (people.length === 0) return null;
  const pair = (before: string, after: string): string => (before === after ? after : words.say("proposals.from-to", { before, after }));
  return (
    <section aria-labelledby="proposals-people-title">
      <h2 id="proposals-people-title">{words.say("proposals.people")}</h2>
      <div className="proposals-scroll" tabIndex={0} role="region" aria-labelledby="proposals-people-title">
        <table className="proposals-table">
          <thead>
            <tr>
              <th scope="col">{words.say("proposals.people.who")}</th>
              <th scope="col">{words.say("proposals.people.visits")}</th>
              <th scope="col">{words.say("proposals.people.driving")}</th>
              <th scope="col">{words.say("proposals.people.overtime")}</th>
              <th scope="col">{words.say("proposals.people.finish")}</th>
            </tr>
          </thead>
          <tbody>
            {people.map(([id, { before, after }]) => (
              <tr key={id} onMouseEnter={() => hover(id)} onMouseLeave={() => hover(null)}>
                <th scope="row">{nameIn(plan, id)}</th>
                <td>{pair(String(before.visits.length), String(after.visits.length))}</td>
                <td>{pair(span(before.travel), span(after.travel))}</td>
                <td>{pair(span(before.overtime), span(after.overtime))}</td>
                <td>{pair(before.finish === null ? "–" : words.time(before.finish), after.finish === null ? "–" : words.time(after.finish))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
