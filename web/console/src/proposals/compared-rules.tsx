/** Two scorecards side by side: each rule says what its cost is made of. */

import type { ReactElement } from "react";
import { type Comparison, ruleSentence, signed } from "../plans";
import { WhyNumber } from "../why";
import { useSpeaker } from "./use-speaker";

export function ComparedRules({ compared, names: [first, second] }: { readonly compared: Comparison; readonly names: readonly [string, string] }): ReactElement {
  const { words, amount } = useSpeaker();
  const { before, after } = compared.scorecards;
  const change = after.total - before.total;
  return (
    <section aria-labelledby="proposals-compared-rules">
      <h2 id="proposals-compared-rules">{words.say("proposals.rules")}</h2>
      <table className="proposals-table proposals-numbers">
        <thead>
          <tr>
            <th scope="col">{words.say("proposals.rules.rule")}</th>
            <th scope="col">{first}</th>
            <th scope="col">{second}</th>
            <th scope="col">{words.say("proposals.rules.change")}</th>
          </tr>
        </thead>
        <tbody>
          {compared.by_rule.map(({ rule, title, before: was, after: now, change: by }) => (
            <tr key={rule}>
              <th scope="row">{title}</th>
              <td>{amount(was)}</td>
              <td>
                <WhyNumber name={words.say("proposals.rules.why", { rule: title })} sentence={ruleSentence(rule, words.language) ?? words.say("proposals.rules.must")}>
                  {amount(now)}
                </WhyNumber>
              </td>
              <td data-good={Math.abs(by) < 0.005 ? undefined : by < 0}>{signed(by, amount)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.say("proposals.rules.total")}</th>
            <td>{amount(before.total)}</td>
            <td>{amount(after.total)}</td>
            <td data-good={Math.abs(change) < 0.005 ? undefined : change < 0}>{signed(change, amount)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
