/** Durations as people write them: "1:30", "90 min", "1 h 30", "2 d", "45 s"; a bare number is minutes. In seconds. */

const UNITS: Readonly<Record<string, number>> = {
  d: 86_400, day: 86_400, days: 86_400, 天: 86_400,
  h: 3600, hour: 3600, hours: 3600, 小时: 3600, 时: 3600,
  m: 60, min: 60, minute: 60, minutes: 60, 分: 60, 分钟: 60,
  s: 1, sec: 1, second: 1, seconds: 1, 秒: 1,
};

/** The seconds of what was written; null where it is no duration. */
export function parsedDuration(text: string): number | null {
  const written = text.trim().toLowerCase().replace(",", ".");
  const clock = /^(\d{1,4}):([0-5]\d)$/.exec(written);
  if (clock !== null) return Number(clock[1]) * 3600 + Number(clock[2]) * 60;
  if (/^\d+(\.\d+)?$/.test(written)) return Math.round(Number(written) * 60);
  const part = /(\d+(?:\.\d+)?)\s*([a-z]+|天|小时|时|分钟|分|秒)/gy;
  let seconds = 0;
  let at = 0;
  let last = 0;
  while (at < written.length) {
    part.lastIndex = at;
    const found = part.exec(written);
    if (found === null) {
      // "1 h 30": what follows hours without a unit are minutes.
      const rest = /^\s*(\d{1,2})\s*$/.exec(written.slice(at));
      if (rest === null || last !== 3600) return null;
      return seconds + Number(rest[1]) * 60;
    }
    last = UNITS[found[2] ?? ""] ?? Number.NaN;
    seconds += Number(found[1]) * last;
    at = part.lastIndex;
    while (written[at] === " ") at++;
  }
  return at === 0 || Number.isNaN(seconds) ? null : Math.round(seconds);
}

/** A duration as it is read and written again: "1 h 30 min". */
export function writtenDuration(seconds: number, language: "en" | "zh" = "en"): string {
  const [d, h, m, s] = language === "zh" ? [" 天", " 小时", " 分", " 秒"] : [" d", " h", " min", " s"];
  if (seconds === 0) return `0${m}`;
  const parts = [
    [Math.floor(seconds / 86_400), d],
    [Math.floor((seconds % 86_400) / 3600), h],
    [Math.floor((seconds % 3600) / 60), m],
    [Math.round(seconds % 60), s],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

/** A time of day as people write it ("8", "830", "8:30", "08.30"), as "08:30"; null where it is none. */
export function parsedClock(text: string): string | null {
  const found = /^(\d{1,2})(?::|\.|h|：)?([0-5]\d)?$/.exec(text.trim());
  if (found === null) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? "0")];
  if (hours > 24 || (hours === 24 && minutes > 0)) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
