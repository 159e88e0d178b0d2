/** What a staffing has to meet, and of whom there may be fewer or more. */

import type { ReactElement } from "react";
import { Button, IconButton, NumberField } from "../../pieces";
import { useWords } from "../../words";
import { byTerritory, type Group, grouped, type Known, type Staffing, staffings } from "../document";
import type { Kpi } from "../reading";
import { Conditions } from "./conditions-part";
import { Part, WrongHere } from "./part";
import { PeopleChoice } from "./people-choice";
import { type Wrong, within } from "./places";
import { TEXTS } from "./texts";

interface Props {
  readonly value: Staffing;
  readonly onChange: (value: Staffing) => void;
  readonly known: Known;
  readonly kpis: readonly Kpi[];
  readonly wrong: readonly Wrong[];
}

export function StaffingPart({ value, onChange, known, kpis, wrong }: Props): ReactElement {
  const words = useWords(TEXTS);
  const { targets, groups } = value;
  const put = (at: number, next: Group): void => onChange({ ...value, groups: groups.map((one, index) => (index === at ? next : one)) });
  return (
    <>
      <Part title={words.say("form.targets")} wrong={wrong.filter((one) => one.place === "staffing" || one.place === "staffing.targets")} places={["staffing"]}>
        <Conditions
          value={targets}
          onChange={(next) => onChange({ ...value, targets: next })}
          kpis={kpis}
          wrong={wrong}
          rules={["at_least", "at_most"]}
          place="staffing.targets"
          add={words.say("form.targets.add")}
          begin={{ kpi: "backlog", at_most: 10, sure: false }}
        />
      </Part>
      <Part title={words.say("form.groups")} hint={words.say("form.groups.hint")} wrong={wrong.filter((one) => one.place === "staffing.groups")} places={["staffing.groups"]}>
        {groups.length === 0 && <p className="scenarios-muted">{words.say("form.groups.none")}</p>}
        <ul className="scenarios-changes">
          {groups.map((one, at) => (
            <GroupCard
              key={at}
              at={at}
              group={one}
              known={{ ...known, people: known.people.filter(({ id }) => !groups.some((other, index) => index !== at && other.technicians.includes(id))) }}
              onChange={(next) => put(at, next)}
              onRemove={() => onChange({ ...value, groups: groups.filter((_, index) => index !== at) })}
              wrong={within(wrong, `staffing.groups[${at}]`)}
            />
          ))}
        </ul>
        <div className="scenarios-buttons">
          <Button icon="plus" onPress={() => onChange({ ...value, groups: [...groups, grouped([])] })}>
            {words.say("form.group.add")}
          </Button>
          <Button icon="people" isDisabled={known.people.length === 0} onPress={() => onChange({ ...value, groups: byTerritory(known) })}>
            {words.say("form.groups.territories")}
          </Button>
        </div>
        {groups.length > 0 && <p className="scenarios-muted">{words.say("form.groups.told", { count: staffings(groups) })}</p>}
      </Part>
    </>
  );
}

function GroupCard({ at, group, known, onChange, onRemove, wrong }: {
  readonly at: number;
  readonly group: Group;
  readonly known: Known;
  readonly onChange: (group: Group) => void;
  readonly onRemove: () => void;
  readonly wrong: readonly Wrong[];
}): ReactElement {
  const words = useWords(TEXTS);
  const title = words.say("form.group", { n: at + 1 });
  return (
    <li className="scenarios-change-card" aria-label={title}>
      <header>
        <h3>
          {title} <small className="scenarios-muted">{words.say("form.group.now", { count: group.technicians.length })}</small>
        </h3>
        <IconButton icon="close" size="small" label={words.say("form.change.remove", { what: title })} onPress={onRemove} />
      </header>
      <div className="scenarios-row">
        <NumberField label={words.say("form.group.least")} value={group.least} minValue={0} maxValue={200} onChange={(least) => onChange({ ...group, least, most: Math.max(least, group.most) })} />
        <NumberField label={words.say("form.group.most")} value={group.most} minValue={1} maxValue={200} onChange={(most) => onChange({ ...group, most, least: Math.min(most, group.least) })} />
        <NumberField label={words.say("form.group.cost")} value={group.cost_per_day} minValue={1} step={1} onChange={(cost_per_day) => onChange({ ...group, cost_per_day })} />
      </div>
      <PeopleChoice known={known} chosen={group.technicians} onChange={(technicians) => onChange({ ...group, technicians })} />
      <WrongHere wrong={wrong} />
    </li>
  );
}
