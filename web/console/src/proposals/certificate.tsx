/** The certificate of a plan, beside its numbers: honest where nothing is known. */

import type { ReactElement } from "react";
import { certificateOf, type PlanDocument } from "../plans";
import { useSpeaker } from "./use-speaker";

export function CertificateOf({ plan }: { readonly plan: PlanDocument }): ReactElement {
  const { words, amount } = useSpeaker();
  const certificate = certificateOf(plan);
  const percent = new Intl.NumberFormat(words.language === "zh" ? "zh-CN" : "en-GB", { style: "percent", maximumFractionDigits: 1 });
  const facts: [string, string][] = [];
  if (certificate !== null) {
    const { bound, gap, seed, policy, seconds, iterations, edition } = certificate;
    if (bound !== null) facts.push([words.say("proposals.certificate.bound"), amount(bound)]);
    if (gap !== null) facts.push([words.say("proposals.certificate.gap"), percent.format(gap)]);
    if (policy !== null) facts.push([words.say("proposals.certificate.policy"), policy]);
    if (seed !== null) facts.push([words.say("proposals.certificate.seed"), String(seed)]);
    if (seconds !== null) facts.push([words.say("proposals.certificate.seconds"), words.say("proposals.seconds", { n: Math.round(seconds * 10) / 10 })]);
    if (iterations !== null) facts.push([words.say("proposals.certificate.iterations"), new Intl.NumberFormat().format(iterations)]);
    if (edition !== null) facts.push([words.say("proposals.certificate.edition"), String(edition)]);
  }
  return (
    <section className="proposals-certificate" aria-labelledby="proposals-certificate-title">
      <h2 id="proposals-certificate-title">{words.say("proposals.certificate")}</h2>
      <p className="proposals-muted">{words.say("proposals.certificate.about")}</p>
      {plan.run_id === null && <p>{words.say("proposals.certificate.hand")}</p>}
      {facts.length > 0 && (
        <dl className="proposals-facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {(certificate === null || certificate.bound === null) && <p className="proposals-honest">{words.say("proposals.certificate.no-bound")}</p>}
    </section>
  );
}
