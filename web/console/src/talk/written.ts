/** What is being written to somebody about a job. What was not sent stays, also over a reload. */

export interface Written {
  readonly text: string;
  readonly to: "note" | "technician";
  /** Of these words alone: sent twice, they are said once. */
  readonly key: string;
}

const keptAt = (job: string): string => `fieldwright.talk.${job}`;

export function kept(job: string): Written {
  const text = sessionStorage.getItem(keptAt(job));
  return text === null ? { text: "", to: "note", key: crypto.randomUUID() } : (JSON.parse(text) as Written);
}

export function keep(job: string, written: Written): void {
  sessionStorage.setItem(keptAt(job), JSON.stringify(written));
}

export function forget(job: string): void {
  sessionStorage.removeItem(keptAt(job));
}

/** What is left to be sent of what is written now, when something was: whoever went on typing behind it has not sent that. */
export function leftOf(now: Written, sent: Written): Written {
  if (now.key === sent.key) return { ...now, text: "", key: crypto.randomUUID() };
  return now.text.startsWith(sent.text) ? { ...now, text: now.text.slice(sent.text.length).trimStart() } : now;
}
