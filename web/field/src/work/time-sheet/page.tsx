/** The technician's working time, week by week, as the taps tell it. What was read once can be read without a network. */

import { type ReactElement, useEffect, useState } from "react";
import { Refused } from "@fieldwright/shared/api";
import { json } from "../../access/request";
import { Icon } from "../../pieces/icon";
import { recall, remember } from "../../store/meta";
import type { FieldWords } from "../../texts";
import { useKept } from "../../sync";
import { isUnanswered } from "../unanswered";
import { daysOf, hoursAndMinutes, weekOf, weeksLater } from "./weeks";
import type { Day, Sheet } from "./sheet";

interface Props {
  readonly words: FieldWords;
  readonly onClose: () => void;
}

type Trouble = "offline" | "refused" | null;

export function TimeSheetPage({ words, onClose }: Props): ReactElement {
  const today = useKept()?.meta.day?.date ?? new Date().toISOString().slice(0, 10);
  const [back, setBack] = useState(0);
  const date = weeksLater(today, -back);
  const week = weekOf(date);
  const [sheet, trouble] = useSheet(week);

  return (
    <main className="screen" id="content" tabIndex={-1}>
      <button type="button" className="back" onClick={onClose}>
        <Icon name="back" />
        {words.say("back")}
      </button>
      <h1>{words.say("sheet.title")}</h1>
      <div className="weeks">
        <button type="button" className="second" onClick={() => setBack(back + 1)}>
          ‹ {words.say("sheet.earlier")}
        </button>
        <strong aria-live="polite">{daysOf(date).map((one) => dayIn(words, one)).join("–")}</strong>
        <button type="button" className="second" disabled={back === 0} onClick={() => setBack(back - 1)}>
          {words.say("sheet.later")} ›
        </button>
      </div>
      {trouble !== null && <p role="status">{words.say(sheet === null ? `sheet.${trouble}` : "sheet.kept")}</p>}
      {sheet === null && trouble === null && <p role="status">{words.say("sheet.reading")}</p>}
      {sheet !== null && <Week words={words} sheet={sheet} />}
    </main>
  );
}

/** A date without its year. */
function dayIn(words: FieldWords, date: string): string {
  const form = new Intl.DateTimeFormat(words.language === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  return form.format(new Date(`${date}T12:00:00Z`));
}

function Week({ words, sheet }: { readonly words: FieldWords; readonly sheet: Sheet }): ReactElement {
  const worked = sheet.days.filter((day) => day.entries.length > 0);
  if (worked.length === 0) return <p className="muted">{words.say("sheet.empty")}</p>;
  return (
    <>
      <Totals words={words} totals={sheet.totals} />
      {worked.map((day) => (
        <OneDay key={day.date} words={words} day={day} />
      ))}
    </>
  );
}

function OneDay({ words, day }: { readonly words: FieldWords; readonly day: Day }): ReactElement {
  return (
    <section className="part stack" aria-label={words.date(`${day.date}T12:00:00Z`)}>
      <h2>{words.date(`${day.date}T12:00:00Z`)}</h2>
      <Totals words={words} totals={day.totals} />
      <ol className="entries">
        {day.entries.map((entry) => (
          <li key={`${entry.what} ${entry.from}`} className={`entry entry-${entry.what}`}>
            <span className="entry-time">
              {words.time(entry.from)}–{entry.to === null ? "…" : words.time(entry.to)}
            </span>
            <span>
              {words.say(`sheet.what.${entry.what}`)} {entry.number ?? ""}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const SHOWN = ["shift", "work", "travel", "break", "pause"] as const;

function Totals({ words, totals }: { readonly words: FieldWords; readonly totals: Sheet["totals"] }): ReactElement {
  return (
    <dl className="totals">
      {SHOWN.filter((what) => (totals[what] ?? 0) > 0).map((what) => (
        <div key={what}>
          <dt>{words.say(`sheet.what.${what}`)}</dt>
          <dd>{hoursAndMinutes(totals[what] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** So many weeks are kept. */
const KEPT_WEEKS = 6;

function latest(sheets: Readonly<Record<string, Sheet>>): [week: string, sheet: Sheet][] {
  return Object.entries(sheets)
    .sort(([one], [other]) => other.localeCompare(one))
    .slice(0, KEPT_WEEKS);
}

/** The sheet of a week, kept on the phone once it was read; and why it is not the latest. */
function useSheet(week: string): readonly [Sheet | null, Trouble] {
  const [known, setKnown] = useState<{ readonly week: string; readonly sheet: Sheet | null; readonly trouble: Trouble } | null>(null);

  useEffect(() => {
    let left = false;
    const show = (sheet: Sheet | null, trouble: Trouble): void => {
      if (!left) setKnown({ week, sheet, trouble });
    };
    async function read(): Promise<void> {
      const known = (await recall("sheets")) ?? {};
      const kept = known[week] ?? null;
      if (kept !== null) show(kept, null);
      try {
        const sheet = await json<Sheet>(`/api/v1/phone/time-sheet?week=${week}`);
        show(sheet, null);
        // Who has left the page may have signed out: nothing of theirs is kept after that.
        if (!left) await remember("sheets", Object.fromEntries(latest({ ...known, [week]: sheet })));
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        show(kept, error instanceof Refused ? "refused" : "offline");
      }
    }
    void read();
    return () => {
      left = true;
    };
  }, [week]);

  return known?.week === week ? [known.sheet, known.trouble] : [null, null];
}
