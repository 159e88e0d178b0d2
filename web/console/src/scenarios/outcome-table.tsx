/** Every figure of each alternative, what differs from the first one, and which way: a picture, a number and a word. */

import type { ReactElement } from "react";
import { interval, type Tone, toneOf, unitOf } from "./numbers";
import type { Figure, Interval, Outcome } from "./reading";
import { useSpeaker } from "./use-speaker";

const SIGNS: Readonly<Record<Tone, string>> = { better: "▲", worse: "▼", chance: "≈" };

export function OutcomeTable({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const { words } = useSpeaker();
  const [first = "", ...others] = outcome.alternatives;
  return (
    <div className="scenarios-scroll" tabIndex={0} role="region" aria-labelledby="scenarios-figures">
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{words.say("scenarios.figure")}</th>
            <th scope="col" className="right">
              {first}
            </th>
            {others.map((name) => [
              <th key={name} scope="col" className="right">
                {name}
              </th>,
              <th key={`${name} difference`} scope="col" colSpan={others.length > 1 ? 2 : 3}>
                {words.say("scenarios.difference")}
                {others.length > 1 && <small> {words.say("scenarios.against", { name: first })}</small>}
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {outcome.figures.map((figure) => (
            <FigureRow key={figure.name} figure={figure} others={others} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FigureRow({ figure, others }: { readonly figure: Figure; readonly others: readonly string[] }): ReactElement {
  const { words } = useSpeaker();
  const language = words.language;
  const widest = Math.max(...figure.differences.map((one) => (one === null || one.mean === null ? 0 : Math.abs(one.mean) + (one.half ?? 0))), 1e-12);
  const points = unitOf(figure, words.say("scenarios.points"), true);
  return (
    <tr>
      <th scope="row">
        {figure.label}
        {figure.unit !== "" && <span className="scenarios-unit"> {figure.unit}</span>}
        <small>{figure.meaning}</small>
      </th>
      {figure.means.map((mean, at) => {
        const difference = figure.differences[at];
        const cell = (
          <td key={at} className="right">
            {interval(figure, mean, language)}
          </td>
        );
        if (difference == null) return cell;
        const tone = toneOf(figure, difference);
        const said = difference.mean === null ? "–" : `${interval(figure, difference, language, true)}${points === "" ? "" : ` ${points}`}`;
        const word = difference.mean === null ? null : (
          <>
            <span aria-hidden="true">{SIGNS[tone]}</span> {words.say(`scenarios.tone.${tone}`)}
          </>
        );
        const several = others.length > 1;
        return [
          cell,
          <td key={`${at} picture`} className="scenarios-picture-cell">
            <Picture found={difference} widest={widest} tone={tone} said={`${others[at - 1] ?? ""}: ${said}`} width={several ? 76 : 132} />
          </td>,
          <td key={`${at} difference`} className="right" data-tone={tone}>
            {said}
            {several && <small className="scenarios-tone">{word}</small>}
          </td>,
          !several && (
            <td key={`${at} tone`} data-tone={tone} className="scenarios-tone">
              {word}
            </td>
          ),
        ];
      })}
    </tr>
  );
}

const HEIGHT = 18;

/** A difference on a line with nothing in the middle: its interval as a bar, its mean as a dot. */
function Picture({ found, widest, tone, said, width }: {
  readonly found: Interval;
  readonly widest: number;
  readonly tone: Tone;
  readonly said: string;
  readonly width: number;
}): ReactElement | null {
  if (found.mean === null) return null;
  const at = (value: number): number => width / 2 + (value / widest) * (width / 2 - 6);
  const half = found.half ?? 0;
  return (
    <svg className="scenarios-picture" role="img" aria-label={said} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} data-tone={tone}>
      <line className="nothing" x1={width / 2} x2={width / 2} y1={0} y2={HEIGHT} />
      <line className="interval" x1={at(found.mean - half)} x2={at(found.mean + half)} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      <circle cx={at(found.mean)} cy={HEIGHT / 2} r={4} />
    </svg>
  );
}

/** The answer in a sentence or two: what is better, what is worse, whether the conditions are kept. */
export function Answer({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const { words } = useSpeaker();
  const comma = words.language === "zh" ? "、" : ", ";
  const told = (tone: Tone): string =>
    outcome.figures
      .flatMap((figure) => {
        const difference = figure.differences[1];
        if (difference == null || toneOf(figure, difference) !== tone) return [];
        const unit = unitOf(figure, words.say("scenarios.points"), true);
        const own = interval(figure, { ...difference, half: null }, words.language, true);
        return [`${figure.label} ${own}${unit === "" ? "" : ` ${unit}`}`];
      })
      .join(comma);
  const [better, worse] = [told("better"), told("worse")];
  const broken = outcome.conditions.filter((one) => !one.holds).length;
  return (
    <div className="scenarios-answer">
      {outcome.alternatives.length === 1 ? (
        <p>{words.say("scenarios.answer.plain")}</p>
      ) : (
        <p>
          {[better === "" ? "" : words.say("scenarios.answer.better", { figures: better }), worse === "" ? "" : words.say("scenarios.answer.worse", { figures: worse })].join(words.language === "zh" ? "" : " ")}
          {better === "" && worse === "" && words.say("scenarios.answer.same")}
        </p>
      )}
      {outcome.conditions.length > 0 && (
        <p data-tone={broken === 0 ? "better" : "worse"} className="scenarios-verdict">
          {broken === 0 ? words.say("scenarios.answer.all-kept") : words.say("scenarios.answer.not-kept", { count: broken })}
        </p>
      )}
    </div>
  );
}

export function Conditions({ outcome }: { readonly outcome: Outcome }): ReactElement | null {
  const { words } = useSpeaker();
  if (outcome.conditions.length === 0) return null;
  return (
    <section aria-labelledby="scenarios-conditions">
      <h2 id="scenarios-conditions">{words.say("scenarios.conditions")}</h2>
      <div className="scenarios-scroll" tabIndex={0} role="region" aria-labelledby="scenarios-conditions">
        <table className="scenarios-table">
          <thead>
            <tr>
              <th scope="col">{words.say("scenarios.condition")}</th>
              <th scope="col" className="right">
                {words.say("scenarios.found")}
              </th>
              <th scope="col">{words.say("scenarios.status")}</th>
            </tr>
          </thead>
          <tbody>
            {outcome.conditions.map((one) => (
              <tr key={one.said}>
                <th scope="row">{one.said}</th>
                <td className="right">
                  {interval(one, one.found, words.language, one.compares)} {unitOf(one, words.say("scenarios.points"), one.compares)}
                </td>
                <td data-tone={one.holds ? "better" : "worse"} className="scenarios-tone">
                  <span aria-hidden="true">{one.holds ? "✓" : "✕"}</span> {words.say(one.holds ? "scenarios.holds" : "scenarios.holds-not")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
