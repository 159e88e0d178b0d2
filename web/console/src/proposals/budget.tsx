/** The change budget: a slider over what each number of touched visits gains, with the curve beside it. */

import type { ReactElement } from "react";
import type { Setting } from "../plans";
import { placeOf, plotted } from "./curve";
import { useSpeaker } from "./use-speaker";

interface Props {
  readonly curve: readonly Setting[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (clusters: readonly string[]) => void;
}

const WIDTH = 260;
const HEIGHT = 72;

export function Budget({ curve, chosen, onChoose }: Props): ReactElement | null {
  const { words, amount } = useSpeaker();
  if (curve.length < 2) return curve.length === 0 ? null : <p className="proposals-muted">{words.say("proposals.budget.flat")}</p>;
  const place = placeOf(curve, chosen);
  const setting = curve[place];
  const said = setting === undefined ? words.say("proposals.budget.own") : settingSaid(setting);
  const { line, area, points } = plotted(curve, WIDTH, HEIGHT);
  const at = points[place];
  return (
    <section className="proposals-budget" aria-labelledby="proposals-budget-title">
      <h2 id="proposals-budget-title">{words.say("proposals.budget")}</h2>
      <svg viewBox={`-5 -5 ${WIDTH + 10} ${HEIGHT + 10}`} className="proposals-curve" aria-hidden="true">
        <path className="area" d={area} />
        <path className="line" d={line} />
        {points.map(({ x, y }, index) => (
          <circle key={index} cx={x} cy={y} r={2.2} />
        ))}
        {at !== undefined && <circle className="at" cx={at.x} cy={at.y} r={4.5} />}
      </svg>
      <input
        type="range"
        min={0}
        max={curve.length - 1}
        step={1}
        value={place < 0 ? nearest(curve, chosen) : place}
        aria-label={words.say("proposals.budget.label")}
        aria-valuetext={said}
        data-own={place < 0 || undefined}
        onChange={(event) => onChoose(curve[Number(event.target.value)]?.clusters ?? [])}
      />
      <output className="proposals-setting">{said}</output>
      <table className="visually-hidden">
        <caption>{words.say("proposals.budget.table")}</caption>
        <thead>
          <tr>
            <th scope="col">{words.say("proposals.budget.touched")}</th>
            <th scope="col">{words.say("proposals.budget.gain")}</th>
          </tr>
        </thead>
        <tbody>
          {curve.map((one) => (
            <tr key={one.touched}>
              <td>{one.touched}</td>
              <td>{amount(one.gain)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );

  function settingSaid({ touched, gain, mended }: Setting): string {
    const said = words.say(touched === 0 ? "proposals.budget.nothing" : "proposals.budget.at", { n: touched, gain: amount(gain) });
    return mended > 0 ? `${said}, ${words.say("proposals.budget.mended", { n: mended })}` : said;
  }
}

/** Where the slider stands while somebody has chosen for themselves: at the setting of as many groups. */
function nearest(curve: readonly Setting[], chosen: ReadonlySet<string>): number {
  const found = curve.findLastIndex((one) => one.clusters.length <= chosen.size);
  return Math.max(0, found);
}
