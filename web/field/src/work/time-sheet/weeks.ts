/** Weeks by ISO 8601: they begin on Monday, and the first of a year is the one with its first Thursday. */

const DAY_MS = 86_400_000;

/** The week of a date, such as "2026-W47". `date`: YYYY-MM-DD. */
export function weekOf(date: string): string {
  const thursday = dayOfItsWeek(date, 4);
  const year = thursday.getUTCFullYear();
  const first = dayOfItsWeek(`${year}-01-04`, 4);
  const week = Math.round((thursday.getTime() - first.getTime()) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** Monday and Sunday of the week that a date lies in. */
export function daysOf(date: string): readonly [first: string, last: string] {
  const [monday, sunday] = [dayOfItsWeek(date, 1), dayOfItsWeek(date, 7)].map((one) => one.toISOString().slice(0, 10));
  return [monday ?? date, sunday ?? date];
}

/** The date so many weeks later (earlier, where negative). */
export function weeksLater(date: string, weeks: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + weeks * 7 * DAY_MS).toISOString().slice(0, 10);
}

function dayOfItsWeek(date: string, wanted: number): Date {
  const day = new Date(`${date}T00:00:00Z`);
  const weekday = day.getUTCDay() === 0 ? 7 : day.getUTCDay();
  return new Date(day.getTime() + (wanted - weekday) * DAY_MS);
}

/** Seconds as hours and minutes, such as "7:05". */
export function hoursAndMinutes(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
