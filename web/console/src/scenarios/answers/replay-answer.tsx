/** A replay: minutes lost by cause as a waterfall, the days stage by stage, and what was decided by hand. */

import type { ReactElement } from "react";
import { interval } from "../numbers";
import { type Interval, type Kept, type Replayed, useAnswer } from "../reading";
import { useSpeaker } from "../use-speaker";
import { Read, Shown, Wide } from "./answer";
import { type Bar, Hanging } from "./hanging";

const MINUTES = { share: false };
/** The column that the picture is of, and the answer. */
const DRAWN = "minutes";

export function ReplayAnswer({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const found = useAnswer<Replayed>(one);
  return (
    <Read found={found} said={(replayed) => replayed.said}>
      {(replayed) => (
        <>
          <Shown title={words.say("answers.replay.lost")} note={`${words.say("answers.replay.lost.note")} ${often(replayed, words.say)}`}>
            <Lost replayed={replayed} />
          </Shown>
          <Shown title={words.say("answers.replay.by-hand")} note={words.say(replayed.by_hand.length === 0 ? "answers.replay.by-hand.none" : "answers.replay.by-hand.note")}>
            {replayed.by_hand.length > 0 && <ByHand replayed={replayed} />}
          </Shown>
          <Shown title={words.say("answers.replay.stages")} note={replayed.dispatch}>
            <Stages replayed={replayed} />
          </Shown>
          <Shown title={words.say("answers.replay.uncertain")}>
            <ul className="scenarios-said">
              {replayed.uncertain.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </Shown>
        </>
      )}
    </Read>
  );
}

function often({ replications }: Replayed, say: ReturnType<typeof useSpeaker>["words"]["say"]): string {
  return replications === 1 ? say("answers.replay.once") : say("answers.replay.often", { count: replications });
}

function Heads({ replayed }: { readonly replayed: Replayed }): ReactElement[] {
  return replayed.columns.map(({ name, label }) => (
    <th key={name} scope="col" className="right">
      {label}
    </th>
  ));
}

function Numbers({ found, signed = false }: { readonly found: readonly Interval[]; readonly signed?: boolean }): ReactElement[] {
  const { words } = useSpeaker();
  return found.map((one, at) => (
    <td key={at} className="right">
      {interval(MINUTES, one, words.language, signed)}
    </td>
  ));
}

/** From what was recorded down to hindsight, cause by cause; each bar hangs where the one before it ends. */
function Lost({ replayed }: { readonly replayed: Replayed }): ReactElement {
  const { words } = useSpeaker();
  const drawn = Math.max(0, replayed.columns.findIndex(({ name }) => name === DRAWN));
  const [first, last] = [replayed.stages[0], replayed.stages.at(-1)];
  const begin = first?.minutes[drawn]?.mean ?? 0;
  let at = begin;
  const rows = replayed.causes.map((cause) => {
    const lost = cause.minutes[drawn]?.mean ?? 0;
    const bar: Bar = { from: at, to: at - lost, tone: lost > 0 ? "worse" : lost < 0 ? "better" : "chance" };
    at -= lost;
    return { cause, bar };
  });
  const marks = [begin, ...rows.map(({ bar }) => bar.to)];
  const high = Math.max(...marks);
  // The scale begins a little below the smallest total, so that differences can be seen.
  const low = Math.min(...marks) - Math.max((high - Math.min(...marks)) * 0.15, 1e-9);
  const total = (stage: Replayed["stages"][number] | undefined): ReactElement | null =>
    stage === undefined ? null : (
      <tr className="scenarios-total">
        <th scope="row">
          {stage.label}
          <small>{stage.meaning}</small>
        </th>
        <td className="scenarios-picture-cell">
          <Hanging bar={{ from: low, to: stage.minutes[drawn]?.mean ?? 0, tone: "plain" }} low={low} high={high} said={stage.label} />
        </td>
        <Numbers found={stage.minutes} />
      </tr>
    );
  return (
    <Wide label={words.say("answers.replay.lost")}>
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{words.say("answers.replay.cause")}</th>
            <td />
            <Heads replayed={replayed} />
          </tr>
        </thead>
        <tbody>
          {total(first)}
          {rows.map(({ cause, bar }) => (
            <tr key={cause.label}>
              <th scope="row">
                {cause.label}
                <small>{cause.because}</small>
              </th>
              <td className="scenarios-picture-cell">
                <Hanging bar={bar} low={low} high={high} said={`${cause.label}: ${interval(MINUTES, cause.minutes[drawn] ?? NOTHING, words.language, true)}`} />
              </td>
              <Numbers found={cause.minutes} signed />
            </tr>
          ))}
          {total(last)}
          <tr>
            <th scope="row">
              {replayed.whole.label}
              <small>{replayed.whole.because}</small>
            </th>
            <td />
            <Numbers found={replayed.whole.minutes} signed />
          </tr>
        </tbody>
      </table>
    </Wide>
  );
}

const NOTHING: Interval = { mean: null, half: null, count: 0, tells: false };

function Stages({ replayed }: { readonly replayed: Replayed }): ReactElement {
  const { words } = useSpeaker();
  return (
    <Wide label={words.say("answers.replay.stages")}>
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{words.say("answers.replay.stage")}</th>
            <Heads replayed={replayed} />
            <th scope="col" className="right">
              {words.say("answers.replay.jobs")}
            </th>
          </tr>
        </thead>
        <tbody>
          {replayed.stages.map((stage) => (
            <tr key={stage.name}>
              <th scope="row">
                {stage.label}
                <small>{stage.meaning}</small>
              </th>
              <Numbers found={[...stage.minutes, stage.jobs_per_day]} />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function ByHand({ replayed }: { readonly replayed: Replayed }): ReactElement {
  const { words } = useSpeaker();
  const form = new Intl.DateTimeFormat(words.language === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: replayed.time_zone });
  return (
    <Wide label={words.say("answers.replay.by-hand")}>
      <table className="scenarios-table">
        <thead>
          <tr>
            <th scope="col">{words.say("answers.replay.when")}</th>
            <th scope="col">{words.say("answers.replay.what")}</th>
            <th scope="col">{words.say("answers.replay.about")}</th>
            <Heads replayed={replayed} />
          </tr>
        </thead>
        <tbody>
          {replayed.by_hand.map((one, at) => (
            <tr key={at}>
              <th scope="row" className="scenarios-short">
                {form.format(new Date(one.at))}
              </th>
              <td>{one.label}</td>
              <td>{one.about}</td>
              <Numbers found={one.minutes} signed />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
