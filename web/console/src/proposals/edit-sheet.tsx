/** Editing one visit in a draft: to whom, where on their route; priced before it is done. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useMemo, useState } from "react";
import { type Technician, useBoardPart } from "../live";
import { tell } from "../notices";
import { Button, Combo, NumberField, Problem, Sheet, Switch, Waiting } from "../pieces";
import { nameIn, type PlanDocument, PLANS, type Trial } from "../plans";
import { change } from "../request";
import type { Refusal } from "./refusal";
import { refusalOf } from "./refusal";
import { useSpeaker } from "./use-speaker";

interface Props {
  readonly plan: PlanDocument;
  readonly visit: string;
  readonly onClose: () => void;
  /** The draft was changed or decided about by somebody else. */
  readonly onRefused: (refusal: Refusal) => void;
}

const NOBODY = "nobody";

export function EditSheet({ plan, visit, onClose, onRefused }: Props): ReactElement {
  const { words, amount } = useSpeaker();
  const client = useQueryClient();
  const [who, setWho] = useState<string | null>(null);
  const [cheapest, setCheapest] = useState(true);
  const [position, setPosition] = useState(1);
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const number = nameIn(plan, visit);
  const technicians = useBoardPart((board) => board?.technicians);
  const people = useMemo(() => peopleOf(plan, technicians ?? []), [plan, technicians]);
  const options = [...people.map(({ id, name }) => ({ id, label: name })), { id: NOBODY, label: words.say("proposals.edit.nobody") }];
  const edit = who === null ? null : who === NOBODY ? { visit, unassign: true } : { visit, technician: who, ...(cheapest ? {} : { position: position - 1 }) };

  const price = useQuery({
    queryKey: [...PLANS, "try", plan.id, plan.version, edit],
    enabled: edit !== null,
    retry: false,
    queryFn: async ({ signal }) => (await change<Trial>("POST", `/api/v1/plans/${plan.id}/try?language=${words.language}`, { edits: [edit] }, { signal })).body,
  });

  const go = async (): Promise<void> => {
    setDoing(true);
    try {
      await change("POST", `/api/v1/plans/${plan.id}/edit`, { edits: [edit] }, { ifMatch: plan.version });
      tell(words.say("proposals.edit.done"));
      await client.invalidateQueries({ queryKey: PLANS });
      onClose();
    } catch (refused) {
      const refusal = refusalOf(refused);
      if (refusal.kind === "other") setError(refused);
      else onRefused(refusal);
    } finally {
      setDoing(false);
    }
  };

  const trial = price.data;
  const broken = trial?.broken.filter((one) => one.new) ?? [];
  return (
    <Sheet
      title={words.say("proposals.edit.title", { number })}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{words.say("proposals.edit.cancel")}</Button>
          <Button kind="main" waiting={doing} isDisabled={edit === null} onPress={() => void go()}>
            {words.say("proposals.edit.go")}
          </Button>
        </>
      }
    >
      <div className="proposals-form">
        <p className="proposals-muted">{words.say("proposals.edit.about")}</p>
        <Combo label={words.say("proposals.edit.who")} options={options} value={who} onChange={setWho} />
        {who !== null && who !== NOBODY && (
          <>
            <Switch isSelected={cheapest} onChange={setCheapest}>
              {words.say("proposals.edit.where")}
            </Switch>
            {!cheapest && <NumberField label={words.say("proposals.edit.position")} value={position} minValue={1} maxValue={40} onChange={setPosition} />}
          </>
        )}
        {price.isFetching && trial === undefined && <Waiting>{words.say("proposals.edit.pricing")}</Waiting>}
        {trial !== undefined && (
          <div role="status" className="proposals-price">
            <p>{Math.abs(trial.change) < 0.005 ? words.say("proposals.edit.same") : words.say("proposals.edit.price", { change: changeSaid(trial.change) })}</p>
            {broken.length > 0 && (
              <>
                <h3>{words.say("proposals.edit.breaks")}</h3>
                <ul className="proposals-broken">
                  {broken.map((one, index) => (
                    <li key={index} data-level={one.level}>
                      {one.sentence}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        )}
        <Problem error={price.error ?? error} />
      </div>
    </Sheet>
  );

  function changeSaid(change: number): string {
    const key = change > 0 ? "proposals.money.more" : "proposals.money";
    return words.say(key, { amount: amount(Math.abs(change)) });
  }
}

/** Those of the day's technicians whom the plan knows, by name. */
function peopleOf(plan: PlanDocument, technicians: readonly Technician[]): Technician[] {
  const known = technicians.filter((one) => nameIn(plan, one.id) !== one.id);
  return known.sort((one, other) => one.name.localeCompare(other.name));
}
