/** What a proposal buys, as a small table in which every number answers "why". */

import type { ReactElement } from "react";
import { bought, isKept, isMissed, kilometres, nameIn, type PlanDocument, type PromiseChange } from "../plans";
import { WhyNumber } from "../why";
import { useSpeaker } from "./use-speaker";
import type { Key } from "./texts";

interface Props {
  readonly plan: PlanDocument;
  readonly chosen: ReadonlySet<string>;
}

interface Fact {
  readonly title: string;
  readonly value: string;
  readonly good: boolean | null;
  readonly why: string;
  readonly line?: ReactElement | undefined;
}

export function Buys({ plan, chosen }: Props): ReactElement {
  const { words, span, amount } = useSpeaker();
  const { difference } = plan;
  const whole = difference.clusters.every((one) => chosen.has(one.id));
  const buys = bought(difference, whole ? undefined : chosen);
  const visits = new Set(difference.clusters.filter((one) => chosen.has(one.id)).flatMap((one) => one.visits));
  const promises = difference.promises.filter((one) => whole || visits.has(one.visit));
  const metres = (plan as { readonly buys?: { readonly travel_metres?: number | null } | null }).buys?.travel_metres;
  const facts: Fact[] = [];
  if (buys.known) {
    facts.push({ ...saved("travel", buys.travel, span), why: words.say("proposals.why.travel", { people: buys.people }), line: <Loads plan={plan} of="travel" /> });
    if (whole && metres != null && metres !== 0) facts.push({ ...saved("metres", metres, (value) => kilometres(value, words.language)), why: words.say("proposals.why.travel", { people: buys.people }) });
    facts.push({ ...saved("overtime", buys.overtime, span), why: words.say("proposals.why.overtime"), line: <Loads plan={plan} of="overtime" /> });
  }
  facts.push({ ...saved("lateness", buys.lateness, span), why: words.say("proposals.why.lateness"), line: <Promises plan={plan} promises={promises} /> });
  facts.push({ ...counted("kept", buys.kept, true), why: words.say("proposals.why.kept"), line: <Promises plan={plan} promises={promises.filter(isKept)} /> });
  if (buys.missed > 0) facts.push({ ...counted("missed", buys.missed, false), why: words.say("proposals.why.missed"), line: <Promises plan={plan} promises={promises.filter(isMissed)} /> });
  const unplaced = buys.leftOut - buys.placed;
  if (unplaced !== 0) facts.push({ title: words.say("proposals.buys.unassigned"), value: sign(unplaced, String(Math.abs(unplaced))), good: unplaced < 0, why: words.say("proposals.why.unassigned") });
  facts.push({ ...saved("money", buys.gain, amount), why: words.say("proposals.why.money") });
  return (
    <section aria-labelledby="proposals-buys-title">
      <h2 id="proposals-buys-title">{words.say(whole ? "proposals.buys" : "proposals.buys.part")}</h2>
      <dl className="proposals-buys">
        {facts.map(({ title, value, good, why, line }) => (
          <div key={title} data-good={good ?? undefined}>
            <dt>{title}</dt>
            <dd>
              <WhyNumber name={title} sentence={why} line={line}>
                {value}
              </WhyNumber>
            </dd>
          </div>
        ))}
      </dl>
      {!buys.known && <p className="proposals-muted">{words.say("proposals.buys.unknown")}</p>}
    </section>
  );

  /** Positive: that much less of it. */
  function saved(name: "travel" | "metres" | "overtime" | "lateness" | "money", value: number, said: (value: number) => string): Pick<Fact, "title" | "value" | "good"> {
    const nothing = said(Math.abs(value)) === said(0);
    return { title: words.say(`proposals.buys.${name}` as Key), value: nothing ? "±0" : sign(-value, said(Math.abs(value))), good: nothing ? null : value > 0 };
  }

  function counted(name: "kept" | "missed", count: number, good: boolean): Pick<Fact, "title" | "value" | "good"> {
    return { title: words.say(`proposals.buys.${name}` as Key), value: count === 0 ? "±0" : `+${count}`, good: count === 0 ? null : good };
  }
}

function sign(value: number, said: string): string {
  return value < 0 ? `−${said}` : `+${said}`;
}

function Loads({ plan, of }: { readonly plan: PlanDocument; readonly of: "travel" | "overtime" }): ReactElement | undefined {
  const { words, span } = useSpeaker();
  const rows = Object.entries(plan.difference.technicians).filter(([, { before, after }]) => before[of] !== after[of]);
  return (
    <ul className="why-reasons">
      {rows.map(([id, { before, after }]) => (
        <li key={id}>
          {nameIn(plan, id)}: {words.say("proposals.from-to", { before: span(before[of]), after: span(after[of]) })}
        </li>
      ))}
    </ul>
  );
}

function Promises({ plan, promises }: { readonly plan: PlanDocument; readonly promises: readonly PromiseChange[] }): ReactElement {
  const { words, span } = useSpeaker();
  const late = (seconds: number | null): string => (seconds === null ? words.say("proposals.changes.nobody") : span(seconds));
  return (
    <ul className="why-reasons">
      {promises.map((one) => (
        <li key={`${one.visit} ${one.promise}`}>
          {nameIn(plan, one.visit)}: {words.say("proposals.from-to", { before: late(one.late_before), after: late(one.late_after) })}
        </li>
      ))}
    </ul>
  );
}
