/** The cheapest staffing: what every one costs and keeps, and a button that makes a scenario of it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useLocation } from "wouter";
import { tell } from "../../notices";
import { Button, IconButton, Problem } from "../../pieces";
import { change } from "../../request";
import { useMay } from "../../session";
import { interval } from "../numbers";
import { type Kept, SCENARIOS, type Staffed, useAnswer } from "../reading";
import { useSpeaker } from "../use-speaker";
import { Read, Shown, Wide } from "./answer";
import { Plane, reach } from "./plane";

export function StaffingAnswer({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const found = useAnswer<Staffed>(one);
  const taking = useTakingOver(one);
  return (
    <Read found={found} said={(staffed) => staffed.said}>
      {(staffed) => (
        <>
          <Cheapest staffed={staffed} />
          {taking.mayRun && staffed.best !== null && (
            <div className="scenarios-take-over">
              <Button kind="main" icon="plus" waiting={taking.doing} onPress={() => void taking.take(null)}>
                {words.say("answers.staffing.take")}
              </Button>
              <p className="scenarios-muted">{words.say("answers.staffing.take.about")}</p>
            </div>
          )}
          <Problem error={taking.error} />
          {staffed.targets.map((target, at) => (
            <Shown
              key={target.said}
              title={words.say("answers.staffing.by", { kpi: target.kpi.label })}
              {...(at === staffed.targets.length - 1 ? { note: words.say("answers.staffing.note") } : {})}
            >
              <Circles staffed={staffed} at={at} />
            </Shown>
          ))}
          <Shown title={words.say("answers.staffing.tried")} note={words.say("answers.staffing.tried.note", { tried: staffed.tried.length, possible: staffed.possible })}>
            <Tried staffed={staffed} {...(taking.mayRun ? { onTake: (counts: readonly number[]) => void taking.take(counts) } : {})} />
          </Shown>
        </>
      )}
    </Read>
  );
}

/** How many there are of each group in the cheapest staffing, beside how many there are today. */
function Cheapest({ staffed }: { readonly staffed: Staffed }): ReactElement | null {
  const { words } = useSpeaker();
  const best = staffed.best === null ? undefined : staffed.tried[staffed.best];
  if (best === undefined) return null;
  return (
    <ul className="scenarios-said">
      {staffed.groups.map((group, at) => (
        <li key={group.technicians.join()}>{words.say(best.counts[at] === group.technicians.length ? "answers.staffing.best.same" : "answers.staffing.best", { who: group.names.join(words.language === "zh" ? "、" : ", "), count: best.counts[at] ?? 0, now: group.technicians.length })}</li>
      ))}
    </ul>
  );
}

function useTakingOver(one: Kept): { readonly mayRun: boolean; readonly doing: boolean; readonly error: unknown; readonly take: (counts: readonly number[] | null) => Promise<void> } {
  const { words } = useSpeaker();
  const [, go] = useLocation();
  const client = useQueryClient();
  const mayRun = useMay("run scenarios");
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const take = async (counts: readonly number[] | null): Promise<void> => {
    setDoing(true);
    setError(null);
    try {
      const { body } = await change<Kept>("POST", `/api/v1/scenarios/${one.id}/staffing/scenario`, { counts });
      await change("POST", `/api/v1/scenarios/${body.id}/run`);
      tell(words.say("answers.staffing.taken", { title: body.title }));
      await client.invalidateQueries({ queryKey: SCENARIOS });
      go(`/scenarios/${body.id}`);
    } catch (refused) {
      setError(refused);
      setDoing(false);
    }
  };
  return { mayRun, doing, error, take };
}

function Circles({ staffed, at }: { readonly staffed: Staffed; readonly at: number }): ReactElement | null {
  const { words } = useSpeaker();
  const target = staffed.targets[at];
  const known = staffed.tried.flatMap((one, index) => {
    const found = one.found[at];
    return found === undefined || found.mean === null ? [] : [{ one, found, isBest: index === staffed.best }];
  });
  if (target === undefined || known.length === 0) return null;
  const told = known.map(({ one, found }) => `${one.counts.join(" + ")} (${one.cost_per_day}): ${interval(target.kpi, found, words.language)}`).join("; ");
  return (
    <Plane
      said={told}
      across={known.map(({ one }) => one.cost_per_day)}
      up={[target.limit, ...known.flatMap(({ found }) => reach(found, target.kpi))]}
      times={target.kpi.share ? 100 : 1}
      marks={[...new Set(known.map(({ one }) => one.cost_per_day))].map((cost) => ({ at: cost, text: String(cost) }))}
    >
      {({ x, y }) => (
        <>
          <line className="limit" x1={58} x2="100%" y1={y(target.limit)} y2={y(target.limit)} />
          {known.map(({ one, found, isBest }) => {
            const [low, high] = reach(found, target.kpi);
            return (
              <g key={one.counts.join("+")} className={one.meets ? "" : "open"}>
                <title>{one.counts.join(" + ")}</title>
                <line className="interval faint" x1={x(one.cost_per_day)} x2={x(one.cost_per_day)} y1={y(low)} y2={y(high)} />
                <circle cx={x(one.cost_per_day)} cy={y(found.mean ?? 0)} r={isBest ? 8 : 5} />
              </g>
            );
          })}
        </>
      )}
    </Plane>
  );
}

function Tried({ staffed, onTake }: { readonly staffed: Staffed; readonly onTake?: (counts: readonly number[]) => void }): ReactElement {
  const { words } = useSpeaker();
  return (
    <Wide label={words.say("answers.staffing.tried")}>
      <table className="scenarios-table">
        <thead>
          <tr>
            {staffed.groups.map(({ technicians, names }) => (
              <th key={technicians.join()} scope="col" className="right" title={names.join(", ")}>
                {names.length > 1 ? words.say("answers.staffing.group", { who: names[0] ?? "", more: names.length - 1, all: names.length }) : names[0]}
                <small> {words.say("answers.staffing.now", { count: technicians.length })}</small>
              </th>
            ))}
            <th scope="col" className="right">
              {words.say("answers.staffing.cost")}
            </th>
            {staffed.targets.map(({ said }) => (
              <th key={said} scope="col" className="right">
                {said}
              </th>
            ))}
            <th scope="col" className="right">
              {words.say("answers.staffing.often")}
            </th>
            <th scope="col">{words.say("scenarios.status")}</th>
            {onTake !== undefined && <td />}
          </tr>
        </thead>
        <tbody>
          {staffed.tried.map((one, index) => (
            <tr key={one.counts.join("+")} className={index === staffed.best ? "scenarios-best" : ""}>
              {one.counts.map((count, at) => (
                <td key={at} className="right">
                  {count}
                </td>
              ))}
              <td className="right">{one.cost_per_day}</td>
              {one.found.map((found, at) => (
                <td key={at} className="right">
                  {interval(staffed.targets[at]?.kpi ?? { share: false }, found, words.language)}
                </td>
              ))}
              <td className="right">{one.replications}</td>
              <td className="scenarios-tone" data-tone={one.meets ? "better" : "worse"}>
                <span aria-hidden="true">{one.meets ? "✓" : "✕"}</span>{" "}
                {words.say(index === staffed.best ? "answers.staffing.cheapest" : one.meets ? "answers.staffing.meets" : "answers.staffing.misses")}
              </td>
              {onTake !== undefined && (
                <td>
                  <IconButton icon="plus" size="small" label={words.say("answers.staffing.take.one", { counts: one.counts.join(" + ") })} onPress={() => onTake(one.counts)} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
