/** The shifts of a week again in the weeks after it. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { tell } from "../../notices";
import { change as send, type Shape } from "../../request";
import { did, takeBack } from "../../undo";
import { Over } from "../kit/asking";
import { NumberInput } from "../kit/fields";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { daysAfter } from "../kit/wall";
import { dayName } from "./day-names";
import { removalOf } from "./removal";

interface Props {
  readonly monday: string;
  readonly territory: string | null;
  /** Those who are shown; null: everybody. */
  readonly technicians: readonly string[] | null;
  readonly words: OfficeWords;
  readonly onClose: () => void;
}

export function RepeatWeek({ monday, territory, technicians, words, onClose }: Props): ReactElement {
  const queries = useQueryClient();
  const [weeks, setWeeks] = useState<number | null>(1);
  const [error, setError] = useState<unknown>(null);
  const [going, setGoing] = useState(false);
  const readable = weeks !== null && Number.isInteger(weeks) && weeks >= 1 && weeks <= 13;
  async function repeat(event: FormEvent): Promise<void> {
    event.preventDefault();
    setGoing(true);
    setError(null);
    try {
      const wanted = { monday, weeks, ...(technicians === null ? {} : { technicians }), ...(territory === null ? {} : { territory_id: territory }) };
      const { made, skipped } = (await send<Shape<"RepeatedShape">>("POST", "/api/v1/shifts/repeat", wanted)).body;
      const title = words.say("roster.repeated", { count: made.length });
      tell(skipped.length === 0 ? title : `${title} ${words.say("roster.skipped", { count: skipped.length })}`);
      if (made.length > 0) {
        const kept = removalOf(made);
        did({ title, kept, undo: async () => {
          await takeBack(kept);
          await queries.invalidateQueries({ queryKey: ["office"] });
        } });
      }
      await queries.invalidateQueries({ queryKey: ["office"] });
      onClose();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setGoing(false);
    }
  }
  return (
    <Over title={words.say("roster.repeat")} onClose={onClose} closeLabel={words.say("kit.close")}>
      <form className="office-over-form" onSubmit={(event) => void repeat(event)}>
        <p>{words.say(technicians === null ? "roster.repeat-about" : "roster.repeat-shown", { from: dayName(monday, words.language, "short"), to: dayName(daysAfter(monday, 6), words.language, "short"), count: technicians?.length ?? 0 })}</p>
        <label className="office-sub" htmlFor="office-weeks">{words.say("roster.weeks")}</label>
        <NumberInput id="office-weeks" className="office-input office-clock" whole value={weeks} onChange={setWeeks} />
        {readable && <p className="office-quiet">{words.say("roster.repeat-until", { day: dayName(daysAfter(monday, 7 * (weeks ?? 1) + 6), words.language, "long") })}</p>}
        <Trouble error={error} words={words} />
        <footer>
          <button type="button" className="office-button" onClick={onClose}>{words.say("kit.give-up")}</button>
          <button type="submit" className="office-button main" disabled={!readable || going}>{words.say(going ? "kit.saving" : "roster.repeat-go")}</button>
        </footer>
      </form>
    </Over>
  );
}
