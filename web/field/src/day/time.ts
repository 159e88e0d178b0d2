/** What time it is in the operation, whose clock may run faster than this phone's, and need not agree with it. */

import type { Language } from "@fieldwright/shared/texts";
import type { Clock } from "../store/meta";

/** An instant of this phone's clock (milliseconds) on the operation's. */
export function operationTime(clock: Clock | undefined, here: number = Date.now()): Date {
  return new Date(clock === undefined ? here : Date.parse(clock.now) + (here - clock.at) * clock.pace);
}

/** A date of the calendar (YYYY-MM-DD), of no time zone, as people write it. */
export function calendarDate(date: string, language: Language): string {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}
