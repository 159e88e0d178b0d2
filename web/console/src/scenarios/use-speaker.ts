/** Words, numbers and instants of scenarios in the reader's language. */

import { useReading, useWords, type Words } from "../words";
import { type Key, TEXTS } from "./texts";

export interface Speaker {
  readonly words: Words<Key>;
  /** An instant as day and time. */
  readonly when: (instant: string) => string;
}

export function useSpeaker(): Speaker {
  const words = useWords(TEXTS);
  const { language, timeZone } = useReading();
  const form = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return { words, when: (instant) => form.format(new Date(instant)) };
}
