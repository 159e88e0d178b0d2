/** Dates as people read them in a calendar, without a time zone: a date is the same date everywhere. */

import type { Language } from "../../words";

const OPTIONS = {
  short: { weekday: "short", day: "numeric", month: "short" },
  long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  weekday: { weekday: "short" },
  number: { day: "numeric" },
  month: { month: "long", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** The short name of a day of the week: 0 is Monday. */
export function weekdayName(day: number, language: Language): string {
  return dayName(`2026-01-${String(A_MONDAY + day).padStart(2, "0")}`, language, "weekday");
}

const A_MONDAY = 5;
const MADE = new Map<string, Intl.DateTimeFormat>();

export function dayName(date: string, language: Language, form: keyof typeof OPTIONS): string {
  const key = `${language} ${form}`;
  let format = MADE.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { ...OPTIONS[form], timeZone: "UTC" });
    MADE.set(key, format);
  }
  return format.format(new Date(`${date}T00:00Z`));
}
