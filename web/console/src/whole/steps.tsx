/** What may be done to a visit or a job now: the steps of its life that the role allows. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useCommand } from "../commands";
import { live, operationNow } from "../live";
import { tell } from "../notices";
import { Button, Dialog, Field, NumberField, Problem } from "../pieces";
import { change } from "../request";
import { useWords } from "../words";
import { Aftermath } from "./aftermath";
import { TEXTS, type WholeKey } from "./texts";

interface Props {
  /** "visits" or "jobs", as in the address. */
  readonly of: "visits" | "jobs";
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly actions: readonly string[];
}

/** These say that something went wrong, or end something: somebody will ask why. */
const WITH_REASON: ReadonlySet<string> = new Set(["decline", "recall", "cancel", "no_show", "need_parts", "need_visit", "turn_back"]);
/** After these the day may need another plan; what is proposed is shown in place. */
const ASK_FOR_PLANS: ReadonlySet<string> = new Set(["extend", "cancel", "no_show", "decline", "recall", "need_visit", "turn_back"]);
/** Plans do this, and have their own ways to be changed. */
const BY_PLANS: ReadonlySet<string> = new Set(["schedule", "unschedule", "reassign"]);

export function Steps({ of, id, version, number, actions }: Props): ReactElement | null {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const [asked, setAsked] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState(30);
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [since, setSince] = useState<number | null>(null);
  const offered = actions.filter((one) => !BY_PLANS.has(one));
  const shown = (action: string) => (): boolean => offered.includes(action);
  useCommand({ id: `whole.${of}.extend`, title: TEXTS["whole.command.extend"], key: "v l", when: shown("extend"), run: () => setAsked("extend") });
  useCommand({ id: `whole.${of}.no-show`, title: TEXTS["whole.command.no_show"], key: "v n", when: shown("no_show"), run: () => setAsked("no_show") });
  useCommand({ id: `whole.${of}.cancel`, title: TEXTS["whole.command.cancel"], key: of === "visits" ? "v c" : "j c", when: shown("cancel"), run: () => setAsked("cancel") });

  const name = (action: string): string => words.say(`whole.act.${action}` as WholeKey);
  const act = async (action: string): Promise<void> => {
    setGoing(true);
    setError(null);
    const before = operationNow();
    try {
      const more = action === "extend" ? { seconds: minutes * 60 } : {};
      await change("POST", `/api/v1/${of}/${id}/actions`, { action, reason: reason.trim(), ...more }, { ifMatch: version });
      tell(words.say("whole.acted", { number, what: name(action) }));
      setAsked(null);
      setReason("");
      if (ASK_FOR_PLANS.has(action)) setSince(before);
      live.hurry();
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(false);
      void client.invalidateQueries({ queryKey: ["whole"] });
    }
  };
  const needs = (action: string): boolean => WITH_REASON.has(action) || action === "extend";
  return (
    <>
      {since !== null && <Aftermath since={since} onClose={() => setSince(null)} />}
      <div className="whole-steps" role="group" aria-label={words.say("whole.do")}>
        {offered.map((one) => (
          <Button key={one} size="small" kind={one === "cancel" || one === "decline" ? "bad" : "plain"} isDisabled={going} onPress={() => (needs(one) ? setAsked(one) : void act(one))}>
            {needs(one) ? `${name(one)}…` : name(one)}
          </Button>
        ))}
      </div>
      {asked === null && <Problem error={error} compact />}
      <Dialog
        title={asked === null ? "" : `${number}: ${name(asked)}`}
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        size="small"
        footer={
          <>
            <Button onPress={() => setAsked(null)}>{words.say("whole.cancel")}</Button>
            <Button kind="main" waiting={going} isDisabled={asked !== "extend" && reason.trim() === ""} onPress={() => void act(asked ?? "")}>
              {words.say("whole.confirm")}
            </Button>
          </>
        }
      >
        {asked === "extend" && <NumberField label={words.say("whole.minutes")} value={minutes} onChange={setMinutes} minValue={5} maxValue={600} step={5} unit="min" />}
        <Field label={words.say("whole.reason")} value={reason} onChange={setReason} rows={2} maxLength={500} hint={words.say("whole.reason.needed")} autoFocus />
        <Problem error={error} compact />
      </Dialog>
    </>
  );
}
