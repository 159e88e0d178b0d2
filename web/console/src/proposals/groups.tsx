/** The groups of changes of a proposal, each with what it buys by itself; chosen or left. */

import type { ReactElement } from "react";
import { hover, select } from "../select";
import { Check } from "../pieces";
import { bought, nameIn, type Cluster, type PlanDocument } from "../plans";
import { joined, purchase } from "./said";
import { useSpeaker } from "./use-speaker";

interface Props {
  readonly plan: PlanDocument;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (clusters: readonly string[]) => void;
  readonly mayDecide: boolean;
}

export function Groups({ plan, chosen, onChoose, mayDecide }: Props): ReactElement {
  const { words } = useSpeaker();
  const { clusters } = plan.difference;
  if (clusters.length === 0) return <p className="proposals-muted">{words.say("proposals.groups.none")}</p>;
  const all = clusters.every((one) => chosen.has(one.id));
  const none = clusters.every((one) => !chosen.has(one.id));
  const turn = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose([...next]);
  };
  return (
    <section aria-labelledby="proposals-groups-title">
      <div className="proposals-heading">
        <h2 id="proposals-groups-title">{words.say("proposals.groups")}</h2>
        {mayDecide && clusters.length > 1 && (
          <Check isSelected={all} isIndeterminate={!all && !none} onChange={(yes) => onChoose(yes ? clusters.map((one) => one.id) : [])}>
            {words.say("proposals.groups.all")}
          </Check>
        )}
      </div>
      <p className="proposals-muted">{words.say("proposals.groups.about")}</p>
      <ul className="proposals-groups">
        {clusters.map((one, index) => (
          <Group key={one.id} plan={plan} cluster={one} number={index + 1} chosen={chosen.has(one.id)} onTurn={() => turn(one.id)} mayDecide={mayDecide} />
        ))}
      </ul>
    </section>
  );
}

interface GroupProps {
  readonly plan: PlanDocument;
  readonly cluster: Cluster;
  readonly number: number;
  readonly chosen: boolean;
  readonly onTurn: () => void;
  readonly mayDecide: boolean;
}

/** Names of so many are told. */
const TOLD = 4;

function Group({ plan, cluster, number, chosen, onTurn, mayDecide }: GroupProps): ReactElement {
  const speaker = useSpeaker();
  const { words, amount } = speaker;
  const people = [...new Set(cluster.shifts.map(([technician]) => technician))];
  const moved = plan.difference.visits.filter((one) => one.kind !== "shifted" && cluster.visits.includes(one.visit));
  const said = joined(purchase(bought(plan.difference, new Set([cluster.id])), speaker), words.language);
  const gain = cluster.gain >= 0 ? words.say("proposals.group.gain", { amount: amount(cluster.gain) }) : words.say("proposals.group.costs", { amount: amount(-cluster.gain) });
  const title = (
    <span>
      {words.say("proposals.group", { n: number })} <b className={cluster.gain < 0 ? "proposals-worse" : "proposals-better"}>{gain}</b>
    </span>
  );
  return (
    <li className="proposals-group" data-chosen={chosen || undefined} onMouseEnter={() => hover(people[0] ?? null)} onMouseLeave={() => hover(null)}>
      {mayDecide ? (
        <Check isSelected={chosen} onChange={onTurn}>
          {title}
        </Check>
      ) : (
        title
      )}
      <p>{people.map((one) => nameIn(plan, one)).join(words.language === "zh" ? "、" : ", ")}</p>
      <p className="proposals-muted">{said}</p>
      {moved.length > 0 && (
        <p className="proposals-tags">
          {moved.slice(0, TOLD).map((one) => (
            <button key={one.visit} type="button" onClick={() => select({ kind: "visit", id: one.visit })}>
              {nameIn(plan, one.visit)}
            </button>
          ))}
          {moved.length > TOLD && <span>+{moved.length - TOLD}</span>}
        </p>
      )}
    </li>
  );
}
