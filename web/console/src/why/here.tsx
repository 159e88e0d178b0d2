/** Why a visit stands where it stands: in sentences, and what each rule costs there. */

import type { ReactElement } from "react";
import { amount, type Here, ruleName, ruleSentence } from "../plans";
import { useWords } from "../words";
import { TEXTS } from "./texts";
import { WhyNumber } from "./why-number";

export function HereNow({ here }: { readonly here: Here }): ReactElement {
  const words = useWords(TEXTS);
  const rules = here.by_rule.filter((one) => one.level !== "must" && Math.abs(one.change) >= 0.005);
  return (
    <section aria-labelledby="why-here">
      <h3 id="why-here">{words.say("why.here")}</h3>
      <p className="why-lead">{words.say("why.here.is", { name: here.name, time: words.time(here.start) })}</p>
      <ul className="why-sentences">
        {here.sentences.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {rules.length > 0 && (
        <>
          <h4>{words.say("why.here.cost")}</h4>
          <ul className="why-costs">
            {rules.map(({ rule, title, change }) => (
              <li key={rule}>
                <span>{title}</span>
                <WhyNumber name={words.say("why.here.rule", { rule: ruleName(rule, words.language) })} sentence={ruleSentence(rule, words.language) ?? title}>
                  {amount(change, words.language)}
                </WhyNumber>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
