/** Somebody cannot work: two clicks, and the proposal that gives their visits to others appears in place. */

import { type ReactElement, useState } from "react";
import { useCommand } from "../commands";
import { live, operationNow, type Technician } from "../live";
import { tell } from "../notices";
import { Button, Dialog, Problem, Segments, Sentence } from "../pieces";
import { change } from "../request";
import { useMay } from "../session";
import { useWords } from "../words";
import { Aftermath } from "./aftermath";
import { TEXTS } from "./texts";

type Until = "shift" | "hours" | "tomorrow";
type Reason = "ill" | "van" | "away";

const HOUR = 3_600_000;

export function Illness({ technician }: { readonly technician: Technician }): ReactElement | null {
  const words = useWords(TEXTS);
  const may = useMay("record absences");
  const [open, setOpen] = useState(false);
  const [until, setUntil] = useState<Until>("shift");
  const [reason, setReason] = useState<Reason>("ill");
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [since, setSince] = useState<number | null>(null);
  useCommand({ id: "whole.ill", title: TEXTS["whole.command.ill"], key: "t i", when: () => may, run: () => setOpen(true) });
  if (!may) return null;

  const record = async (): Promise<void> => {
    const now = operationNow();
    const ends = endOf(technician, until, now);
    setGoing(true);
    setError(null);
    try {
      const absence = { technician_id: technician.id, starts_at: new Date(now).toISOString(), ends_at: ends.toISOString() };
      await change("POST", "/api/v1/absences", { ...absence, reason: words.say(`whole.ill.reason.${reason}`) });
      tell(words.say("whole.ill.recorded", { name: technician.name, time: words.time(ends) }));
      setOpen(false);
      setSince(now);
      live.hurry();
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(false);
    }
  };
  return (
    <>
      <div className="whole-steps">
        <Button size="small" onPress={() => setOpen(true)}>
          {words.say("whole.ill")}
        </Button>
      </div>
      {since !== null && <Aftermath since={since} onClose={() => setSince(null)} />}
      <Dialog
        title={words.say("whole.ill.title", { name: technician.name })}
        isOpen={open}
        onClose={() => setOpen(false)}
        size="small"
        footer={
          <>
            <Button onPress={() => setOpen(false)}>{words.say("whole.cancel")}</Button>
            <Button kind="main" waiting={going} onPress={() => void record()} autoFocus>
              {words.say("whole.ill.go")}
            </Button>
          </>
        }
      >
        <div className="whole-ill">
          <Segments
            label={words.say("whole.ill.until")}
            value={until}
            onChange={setUntil}
            options={(["shift", "hours", "tomorrow"] as const).map((id) => ({ id, label: words.say(`whole.ill.${id}`) }))}
          />
          <Segments
            label={words.say("whole.ill.reason")}
            value={reason}
            onChange={setReason}
            options={(["ill", "van", "away"] as const).map((id) => ({ id, label: words.say(`whole.ill.reason.${id}`) }))}
          />
          <Sentence>{words.say("whole.ill.what")}</Sentence>
          <Problem error={error} compact />
        </div>
      </Dialog>
    </>
  );
}

/** Until the shift that is on (or the next one) has ended, with its overtime; else by the clock. */
function endOf({ shifts }: Technician, until: Until, now: number): Date {
  if (until === "hours") return new Date(now + 2 * HOUR);
  if (until === "tomorrow") return new Date(now + 36 * HOUR);
  const ends = shifts.filter((one) => Date.parse(one.ends_at) > now).map((one) => Date.parse(one.ends_at) + one.max_overtime * 1000);
  return new Date(Math.max(now + HOUR, ...ends));
}
