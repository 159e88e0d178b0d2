/** What a change costs rule by rule; each amount says why. */

import type { ReactElement } from "react";
import { nameIn, type PlanDocument, type Reason, ruleName, ruleSentence, signed } from "../plans";
import { WhyNumber } from "../why";
import { useSpeaker } from "./use-speaker";

export function RulesTable({ plan }: { readonly plan: PlanDocument }): ReactElement | null {
  const { words, amount } = useSpeaker();
  const { terms } = plan.difference;
  const rows = Object.entries(terms).filter(([rule, { before, after }]) => rule !== "total" && (Math.abs(before) >= 0.005 || Math.abs(after) >= 0.005));
  const total = terms.total;
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="proposals-rules-title">
      <h2 id="proposals-rules-title">{words.say("proposals.rules")}</h2>
      <table className="proposals-table proposals-numbers">
        <thead>
          <tr>
            <th scope="col">{words.say("proposals.rules.rule")}</th>
            <th scope="col">{words.say("proposals.rules.before")}</th>
            <th scope="col">{words.say("proposals.rules.after")}</th>
            <th scope="col">{words.say("proposals.rules.change")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([rule, { before, after }]) => (
            <tr key={rule}>
              <th scope="row">{ruleName(rule, words.language)}</th>
              <td>{amount(before)}</td>
              <td>
                <WhyNumber
                  name={words.say("proposals.rules.why", { rule: ruleName(rule, words.language) })}
                  sentence={ruleSentence(rule, words.language) ?? ruleName(rule, words.language)}
                  line={<Reasons plan={plan} rule={rule} />}
                >
                  {amount(after)}
                </WhyNumber>
              </td>
              <td data-good={tone(before - after)}>{signed(after - before, amount)}</td>
            </tr>
          ))}
        </tbody>
        {total !== undefined && (
          <tfoot>
            <tr>
              <th scope="row">{words.say("proposals.rules.total")}</th>
              <td>{amount(total.before)}</td>
              <td>{amount(total.after)}</td>
              <td data-good={tone(total.before - total.after)}>{signed(total.after - total.before, amount)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function tone(saved: number): boolean | undefined {
  return Math.abs(saved) < 0.005 ? undefined : saved > 0;
}

/** So many reasons are told, the largest first. */
const TOLD = 8;

function Reasons({ plan, rule }: { readonly plan: PlanDocument; readonly rule: string }): ReactElement | null {
  const { words, amount } = useSpeaker();
  const line = plan.scorecard.lines.find((one) => one.rule === rule);
  if (line === undefined || line.because.length === 0) return null;
  const named = (one: Reason): string => [one.visit, one.technician].filter((id) => id !== null).map((id) => nameIn(plan, id)).join(" · ");
  return (
    <>
      <ul className="why-reasons">
        {line.because.slice(0, TOLD).map((one, index) => (
          <li key={index}>
            <span>{named(one)}</span> <b>{amount(one.amount * (line.weight || 1))}</b>
          </li>
        ))}
      </ul>
      {line.reasons > TOLD && <p className="proposals-muted">{words.say("proposals.rules.reasons", { n: line.reasons })}</p>}
    </>
  );
}
