/** Any two plans side by side: what they cost by rule, which visits stand elsewhere, whose day is another. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useBoardPart } from "../live";
import { Button, Empty, Problem, Select, Waiting } from "../pieces";
import { type Comparison, type DayLoad, PLANS, type PlanSummary, usePlans } from "../plans";
import { ask } from "../request";
import { hover } from "../select";
import { ComparedRules } from "./compared-rules";
import { planName } from "./plan-name";
import { statusName } from "./refused";
import { boughtBy, joined } from "./said";
import { useSpeaker } from "./use-speaker";

interface Props {
  readonly before: string;
  readonly after: string;
}

export function ComparePage({ before, after }: Props): ReactElement {
  const speaker = useSpeaker();
  const { words } = speaker;
  const [, go] = useLocation();
  const plans = usePlans(undefined, 100).data ?? [];
  const found = useQuery<Comparison>({
    queryKey: [...PLANS, "compare", before, after, words.language],
    enabled: before !== after,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<Comparison>("/api/v1/plans/compare", { before, after, language: words.language }, signal),
  });
  const compared = before === after ? undefined : found.data;
  const called = (id: string, otherwise: string): string => {
    const plan = plans.find((one) => one.id === id);
    return plan === undefined ? otherwise : planName(plan, words);
  };
  const names = [called(before, words.say("proposals.compare.before")), called(after, words.say("proposals.compare.after"))] as const;
  return (
    <article className="proposals-page">
      <header className="proposals-head">
        <div>
          <Link href="/proposals" className="proposals-back">
            {words.say("proposals.list")}
          </Link>
          <h1>{words.say("proposals.compare.title")}</h1>
        </div>
      </header>
      <div className="proposals-pick">
        <Pick label={words.say("proposals.compare.before")} plans={plans} value={before} onChange={(id) => go(`/compare/${id}/${after}`)} />
        <Pick label={words.say("proposals.compare.after")} plans={plans} value={after} onChange={(id) => go(`/compare/${before}/${id}`)} />
        <Button icon="refresh" onPress={() => go(`/compare/${after}/${before}`)}>
          {words.say("proposals.compare.swap")}
        </Button>
      </div>
      {before === after && <Empty icon="compare" title={words.say("proposals.compare.same")} />}
      <Problem error={before === after ? null : found.error} onAgain={() => void found.refetch()} />
      {before !== after && found.isPending && <Waiting />}
      {compared !== undefined && (
        <div className="proposals-main">
          <section aria-labelledby="proposals-facts-title">
            <h2 id="proposals-facts-title">{words.say("proposals.compare.facts")}</h2>
            <p className="proposals-lead">{joined(boughtBy(compared.buys, speaker), words.language)}</p>
            {!compared.exact && <p className="proposals-muted">{words.say("proposals.compare.carried")}</p>}
            {compared.left_out > 0 && <p className="proposals-muted">{words.say("proposals.compare.left-out", { n: compared.left_out })}</p>}
          </section>
          <div className="proposals-two">
            <ComparedRules compared={compared} names={names} />
            <People compared={compared} />
          </div>
          <Moved compared={compared} names={names} />
        </div>
      )}
    </article>
  );
}

function Pick({ label, plans, value, onChange }: { readonly label: string; readonly plans: readonly PlanSummary[]; readonly value: string; readonly onChange: (id: string) => void }): ReactElement {
  const { words } = useSpeaker();
  const options = plans.map((one) => ({ id: one.id, label: planName(one, words), detail: statusName(one, words) }));
  const known = options.some((one) => one.id === value) ? options : [{ id: value, label: value }, ...options];
  return <Select label={label} options={known} value={value} onChange={onChange} />;
}

function People({ compared }: { readonly compared: Comparison }): ReactElement {
  const { words, span } = useSpeaker();
  const pair = (before: string, after: string): string => (before === after ? after : words.say("proposals.from-to", { before, after }));
  const cells = (before: DayLoad, after: DayLoad): readonly string[] => [
    pair(String(before.visits), String(after.visits)),
    pair(span(before.driving), span(after.driving)),
    pair(span(before.overtime), span(after.overtime)),
    pair(span(before.late), span(after.late)),
  ];
  const titles = ["proposals.people.who", "proposals.people.visits", "proposals.people.driving", "proposals.people.overtime", "proposals.compare.late"] as const;
  return (
    <section aria-labelledby="proposals-compared-people">
      <h2 id="proposals-compared-people">{words.say("proposals.people")}</h2>
      <div className="proposals-scroll" tabIndex={0} role="region" aria-labelledby="proposals-compared-people">
        <table className="proposals-table">
          <thead>
            <tr>
              {titles.map((one) => (
                <th key={one} scope="col">
                  {words.say(one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {compared.technicians.map(({ technician, name, before, after }) => (
              <tr key={technician} onMouseEnter={() => hover(technician)} onMouseLeave={() => hover(null)}>
                <th scope="row">{name}</th>
                {cells(before, after).map((one, index) => (
                  <td key={index} className={index === 0 ? "proposals-time" : undefined}>{one}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Moved({ compared, names: [first, second] }: { readonly compared: Comparison; readonly names: readonly [string, string] }): ReactElement {
  const { words } = useSpeaker();
  const people = useBoardPart((board) => board?.technicianById);
  const named = new Map(compared.technicians.map((one) => [one.technician, one.name]));
  const said = (stand: Comparison["moved"][number]["before"]): ReactElement => {
    if (stand === null) return <em>{words.say("proposals.changes.nobody")}</em>;
    const crew = stand.technicians.map((one) => named.get(one) ?? people?.get(one)?.name ?? one).join(", ");
    return (
      <span>
        {crew} <b className="proposals-time">{words.time(stand.start)}</b>
      </span>
    );
  };
  return (
    <section aria-labelledby="proposals-compared-moved">
      <h2 id="proposals-compared-moved">{words.say("proposals.compare.moved")}</h2>
      {compared.moved.length === 0 ? (
        <p className="proposals-muted">{words.say("proposals.compare.moved.none")}</p>
      ) : (
        <div className="proposals-scroll" tabIndex={0} role="region" aria-labelledby="proposals-compared-moved">
          <table className="proposals-table">
            <thead>
              <tr>
                <th scope="col">{words.say("proposals.changes.visit")}</th>
                <th scope="col">{first}</th>
                <th scope="col">{second}</th>
              </tr>
            </thead>
            <tbody>
              {compared.moved.map((one) => (
                <tr key={one.visit} data-kind={one.kind}>
                  <th scope="row">
                    <Link href={`/board/visit/${one.visit}`}>{one.number}</Link>
                  </th>
                  <td>{said(one.before)}</td>
                  <td>{said(one.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
