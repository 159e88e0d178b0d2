/** Certificates that run out soon, asked once for the whole list. */

import type { ReactElement } from "react";
import type { Shape } from "../../request";
import { operationNow } from "../../live";
import { useReading, useWords } from "../../words";
import { useEvery } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import { daysAfter, todayIn } from "../kit/wall";
import { TEXTS } from "../texts";
import { SOON_DAYS } from "./expiry";

export type RunningOut = Shape<"RunningOutShape">;

/** The date of today where the work is done, by the operation's clock. */
export function useToday(): string {
  const { timeZone } = useReading();
  return todayIn(timeZone ?? "UTC", new Date(operationNow() ?? Date.now()));
}

export function useRunningOut(): { readonly rows: readonly RunningOut[]; readonly today: string; readonly words: OfficeWords } {
  const today = useToday();
  const words = useWords(TEXTS);
  const rows = useEvery<RunningOut>("/api/v1/skills/running-out", { until: daysAfter(today, SOON_DAYS) }).data ?? [];
  return { rows, today, words };
}

/** One sentence above the list: how many, and the next of them. */
export function CertificatesNote({ words }: { readonly words: OfficeWords }): ReactElement | null {
  const { rows, today } = useRunningOut();
  const first = rows[0];
  const day = new Intl.DateTimeFormat(words.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium" });
  if (first === undefined) return null;
  const ended = rows.filter((one) => one.valid_until < today).length;
  return (
    <p className="office-note at-risk">
      {words.say("skills.note", { count: rows.length, ended })}{" "}
      <a href={`#/office/technicians/${first.technician_id}`}>{first.technician_name}: {first.skill}, {day.format(new Date(`${first.valid_until}T12:00`))}</a>
    </p>
  );
}
