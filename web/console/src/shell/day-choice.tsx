/** Which day the board shows: today, unless somebody looks ahead or back. */

import { type CalendarDate, parseDate } from "@internationalized/date";
import { type ReactElement, useSyncExternalStore } from "react";
import { Button as AriaButton, Calendar, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, Heading } from "react-aria-components";
import { live, operationNow, useBoardPart } from "../live";
import { Button, Icon, IconButton, Opening } from "../pieces";
import { useReading, useWords } from "../words";
import { TEXTS } from "./texts";

/** The day of an instant where the work is done. */
export function localDay(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(instant);
}

export function DayChoice(): ReactElement {
  const words = useWords(TEXTS);
  const { language } = useReading();
  const asked = useSyncExternalStore(live.subscribe, () => live.day);
  const shown = useBoardPart((board) => board?.day);
  const zone = useBoardPart((board) => board?.time_zone);
  const today = zone === undefined ? undefined : localDay(operationNow(), zone);
  const day = asked ?? shown;
  const go = (next: string | null): void => live.show(next === today ? null : next, language);
  const step = (days: number) => () => day !== undefined && go(parseDate(day).add({ days }).toString());
  const isToday = asked === null || asked === today;
  return (
    <div className="shell-day">
      <IconButton icon="left" size="small" label={words.say("shell.day.before")} keys="alt+left" onPress={step(-1)} isDisabled={day === undefined} />
      <Opening
        label={words.say("shell.day")}
        trigger={
          <AriaButton className="shell-day-button" isDisabled={day === undefined}>
            {isToday && <strong>{words.say("shell.today")}</strong>}
            <span>{day === undefined ? " " : written(day, language)}</span>
            <Icon name="down" size={12} />
          </AriaButton>
        }
      >
        {(close) => (
          <Calendar
            className="shell-calendar"
            aria-label={words.say("shell.day")}
            {...(day === undefined ? {} : { value: parseDate(day) })}
            onChange={(next: CalendarDate) => {
              go(next.toString());
              close();
            }}
          >
            <header>
              <AriaButton slot="previous" className="piece-icon-button">
                <Icon name="left" />
              </AriaButton>
              <Heading />
              <AriaButton slot="next" className="piece-icon-button">
                <Icon name="right" />
              </AriaButton>
            </header>
            <CalendarGrid>
              <CalendarGridHeader>{(name) => <CalendarHeaderCell>{name}</CalendarHeaderCell>}</CalendarGridHeader>
              <CalendarGridBody>{(date) => <CalendarCell date={date} data-now={date.toString() === today || undefined} />}</CalendarGridBody>
            </CalendarGrid>
            <Button
              slot={null}
              size="small"
              isDisabled={isToday}
              onPress={() => {
                go(null);
                close();
              }}
            >
              {words.say("shell.day.today")}
            </Button>
          </Calendar>
        )}
      </Opening>
      <IconButton icon="right" size="small" label={words.say("shell.day.after")} keys="alt+right" onPress={step(1)} isDisabled={day === undefined} />
    </div>
  );
}

/** A day of the calendar, whatever time zone the reader is in. */
function written(day: string, language: string): string {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** For the commands: a day back or ahead. */
export function stepDay(days: number, language: "en" | "zh"): void {
  const board = live.store.board;
  if (board === undefined) return;
  const next = parseDate(live.day ?? board.day)
    .add({ days })
    .toString();
  live.show(next === localDay(operationNow(), board.time_zone) ? null : next, language);
}
