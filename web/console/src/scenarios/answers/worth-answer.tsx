/** What one more is worth: of each thing that was asked for, what a week costs less, as a bar and in numbers. */

import type { ReactElement } from "react";
import { interval, toneOf, unitOf } from "../numbers";
import { type Kept, useAnswer, type Valued } from "../reading";
import { useSpeaker } from "../use-speaker";
import { Read, Shown, Wide } from "./answer";
import { Hanging } from "./hanging";
import { ends } from "./plane";

const MONEY = { share: false, more_is_better: true };

export function WorthAnswer({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const found = useAnswer<Valued>(one);
  return (
    <Read found={found} said={(valued) => valued.said}>
      {(valued) => (
        <Shown title={words.say("answers.worth.title")} note={words.say("answers.worth.note", { count: valued.replications })}>
          <More valued={valued} />
        </Shown>
      )}
    </Read>
  );
}

function More({ valued }: { readonly valued: Valued }): ReactElement {
  const { words } = useSpeaker();
  const all = [0, ...valued.more.flatMap(({ money }) => ends(money))];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const points = words.say("answers.points");
  return (
    <Wide label={words.say("answers.worth.title")}>
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{words.say("answers.worth.more")}</th>
            <th scope="col" colSpan={2}>
              {words.say("answers.worth.week")}
            </th>
            <th scope="col" className="right">
              {words.say("answers.worth.hour")}
            </th>
            {valued.kpis.map(({ name, label }) => (
              <th key={name} scope="col" className="right">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {valued.more.map((one) => {
            const tone = toneOf(MONEY, one.money);
            const told = interval(MONEY, one.money, words.language, true);
            return (
              <tr key={one.said}>
                <th scope="row">{one.said}</th>
                <td className="scenarios-picture-cell">
                  <Hanging bar={{ from: 0, to: one.money.mean ?? 0, half: one.money.half, tone }} low={low} high={high} line={0} said={`${one.said}: ${told}`} />
                </td>
                <td className="right" data-tone={tone}>
                  {told}
                  <small className="scenarios-tone">{words.say(`scenarios.tone.${tone}`)}</small>
                </td>
                <td className="right">{one.an_hour === null ? "" : interval(MONEY, { ...one.money, mean: one.an_hour, half: null }, words.language, true)}</td>
                {valued.kpis.map((kpi, at) => {
                  const change = at === 0 ? one.sla : one.backlog;
                  return (
                    <td key={kpi.name} className="right" data-tone={toneOf(kpi, change)}>
                      {interval(kpi, change, words.language, true)} {unitOf(kpi, points, true)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}
