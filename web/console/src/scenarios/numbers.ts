/** Figures as people read them: shares in percent, differences with their sign and in points. */

import type { Language } from "../words";
import type { Interval, Kpi } from "./reading";

function written(value: number, language: Language): string {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : 2;
  return new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(size);
}

/** The mean with half of its interval, without its unit: "93.10 ± 1.20"; "–" where nothing was counted. */
export function interval(kpi: Pick<Kpi, "share">, found: Interval, language: Language, signed = false): string {
  if (found.mean === null) return "–";
  const times = kpi.share ? 100 : 1;
  const mean = found.mean * times;
  const text = written(mean, language);
  const sign = !/[1-9]/.test(text) ? "" : mean < 0 ? "−" : signed ? "+" : "";
  return found.half === null ? sign + text : `${sign}${text} ± ${written(found.half * times, language)}`;
}

/** The unit that stands behind: of a difference of shares it is points. */
export function unitOf(kpi: Pick<Kpi, "share" | "unit">, points: string, difference = false): string {
  return kpi.share && difference ? points : kpi.unit;
}

export type Tone = "better" | "worse" | "chance";

/** Which way a difference goes, where it is more than chance. */
export function toneOf(kpi: Pick<Kpi, "more_is_better">, found: Interval): Tone {
  if (!found.tells || found.mean === null) return "chance";
  return found.mean > 0 === kpi.more_is_better ? "better" : "worse";
}

/** A span of time that is waited for: "40 s", "12 min", "1 h 05". */
export function span(seconds: number, language: Language): string {
  const [s, min, h] = language === "zh" ? [" 秒", " 分钟", " 小时"] : [" s", " min", " h"];
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))}${s}`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes}${min}` : `${Math.floor(minutes / 60)}${h} ${String(minutes % 60).padStart(2, "0")}`;
}
