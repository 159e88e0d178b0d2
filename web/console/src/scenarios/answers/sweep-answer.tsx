/** A sweep: the figure as a curve with its knee, what each step brings, and every other figure at every value. */

import type { ReactElement } from "react";
import { interval, toneOf, unitOf } from "../numbers";
import { type Kept, type Swept, useAnswer } from "../reading";
import { useSpeaker } from "../use-speaker";
import { Read, Shown, Wide } from "./answer";
import { Plane, reach } from "./plane";

export function SweepAnswer({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const found = useAnswer<Swept>(one);
  return (
    <Read found={found} said={(swept) => said(swept, words.say)}>
      {(swept) => (
        <>
          <Shown title={words.say("answers.sweep.by", { kpi: swept.kpi.label, what: swept.varied })} note={words.say("answers.sweep.note", { count: swept.replications })}>
            <Curve swept={swept} />
            <Steps swept={swept} />
          </Shown>
          <Shown title={words.say("answers.sweep.all")}>
            <Everything swept={swept} />
          </Shown>
        </>
      )}
    </Read>
  );
}

function said(swept: Swept, say: ReturnType<typeof useSpeaker>["words"]["say"]): string {
  if (!swept.points.some(({ step }) => step?.tells === true)) return say("answers.sweep.chance");
  if (swept.knee === null || swept.sure === null) return say("answers.sweep.none");
  const bend = say(swept.kind === "demand" ? "answers.sweep.bend" : "answers.sweep.knee", { value: valueOf(swept, swept.knee) });
  return `${bend} ${say("answers.sweep.sure", { share: `${Math.round(100 * swept.sure)}%` })}`;
}

/** Demand is varied by its factor, and read in percent more or less. */
function valueOf({ kind }: Swept, value: number): string {
  if (kind !== "demand") return String(value);
  const more = Math.round((value - 1) * 1000) / 10;
  return more === 0 ? "±0 %" : `${more > 0 ? "+" : "−"}${Math.abs(more)} %`;
}

function Curve({ swept }: { readonly swept: Swept }): ReactElement | null {
  const { words } = useSpeaker();
  const known = swept.points.filter((point) => point.mean.mean !== null);
  if (known.length === 0) return null;
  const told = swept.points.map((point) => `${valueOf(swept, point.value)}: ${interval(swept.kpi, point.mean, words.language)}`).join("; ");
  return (
    <Plane
      said={`${swept.kpi.label}; ${told}`}
      across={swept.points.map((point) => point.value)}
      up={known.flatMap((point) => reach(point.mean, swept.kpi))}
      times={swept.kpi.share ? 100 : 1}
      marks={swept.points.map((point) => ({ at: point.value, text: valueOf(swept, point.value) }))}
    >
      {({ x, y }) => (
        <>
          {swept.knee !== null && <line className="limit" x1={x(swept.knee)} x2={x(swept.knee)} y1={14} y2={220} />}
          <polyline className="curve" points={known.map((point) => `${x(point.value)},${y(point.mean.mean ?? 0)}`).join(" ")} />
          {known.map((point) => {
            const [low, high] = reach(point.mean, swept.kpi);
            return (
              <g key={point.value}>
                <line className="interval" x1={x(point.value)} x2={x(point.value)} y1={y(low)} y2={y(high)} />
                <circle cx={x(point.value)} cy={y(point.mean.mean ?? 0)} r={point.value === swept.knee ? 6 : 4} />
              </g>
            );
          })}
        </>
      )}
    </Plane>
  );
}

function Steps({ swept }: { readonly swept: Swept }): ReactElement {
  const { words } = useSpeaker();
  const points = unitOf(swept.kpi, words.say("answers.points"), true);
  return (
    <Wide label={words.say("answers.sweep.by", { kpi: swept.kpi.label, what: swept.varied })}>
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{swept.varied}</th>
            <th scope="col" className="right">
              {swept.kpi.label} {swept.kpi.unit}
            </th>
            <th scope="col" className="right">
              {words.say("answers.sweep.step")}
            </th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {swept.points.map(({ value, mean, step }) => {
            const tone = step === null ? "chance" : toneOf(swept.kpi, step);
            return (
              <tr key={value}>
                <th scope="row" className="scenarios-short">
                  {valueOf(swept, value)} {value === swept.knee && <small className="scenarios-knee">{words.say("answers.sweep.knee.mark")}</small>}
                </th>
                <td className="right">{interval(swept.kpi, mean, words.language)}</td>
                <td className="right" data-tone={tone}>
                  {step !== null && `${interval(swept.kpi, step, words.language, true)} ${points}`}
                </td>
                <td className="scenarios-tone" data-tone={tone}>
                  {step !== null && words.say(`scenarios.tone.${tone}`)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}

function Everything({ swept }: { readonly swept: Swept }): ReactElement {
  const { words } = useSpeaker();
  return (
    <Wide label={words.say("answers.sweep.all")}>
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{words.say("scenarios.figure")}</th>
            {swept.points.map(({ value }) => (
              <th key={value} scope="col" className="right">
                {valueOf(swept, value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {swept.figures.map((figure) => (
            <tr key={figure.name}>
              <th scope="row">
                {figure.label}
                {figure.unit !== "" && <span className="scenarios-unit"> {figure.unit}</span>}
              </th>
              {figure.means.map((mean, at) => (
                <td key={at} className="right">
                  {interval(figure, mean, words.language)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
