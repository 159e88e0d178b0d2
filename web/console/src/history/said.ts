/** What happened, in a sentence. */

import type { Target, VisitStatus } from "../live";
import type { Words } from "../words";
import type { Played, ReplayFrame } from "./model";
import type { HistoryKey } from "./texts";

export interface Speaker {
  readonly words: Words<HistoryKey>;
  readonly status: (status: VisitStatus) => string;
  readonly target: (target: Target) => string;
  readonly span: (seconds: number) => string;
}

type Data = Readonly<Record<string, unknown>>;

export function said(frame: ReplayFrame, day: Played, speaker: Speaker): string {
  const { words } = speaker;
  const data: Data = frame.data;
  const visit = frame.visit === null ? undefined : day.visits.get(frame.visit);
  const number = visit?.number ?? text(data["number"]) ?? words.say("history.a-job");
  const customer = visit?.customer.name ?? "";
  const who = name(frame.technician, day, words);
  switch (frame.kind) {
    case "received":
      return words.say("history.said.received", { number });
    case "status": {
      const values = { number, customer, who, status: speaker.status(data["after"] as VisitStatus) };
      return words.say(frame.technician === null ? "history.said.status" : "history.said.status.who", values);
    }
    case "extended":
      return words.say("history.said.extended", { number, span: speaker.span(amount(data["seconds"])) });
    case "assigned":
      return assigned(data, number, day, speaker);
    case "published":
      return words.say("history.said.published", { edition: String(frame.edition), touched: amount(data["touched"]) });
    case "promise": {
      const what = data["what"] as "started" | "warned" | "breached";
      return words.say(`history.said.promise.${what}`, { number, target: speaker.target(data["target"] as Target), time: time(data["due"], words) });
    }
    case "jeopardy": {
      const late = amount(data["late"]);
      return late > 0 ? words.say("history.said.late", { number, span: speaker.span(late) }) : words.say("history.said.in-time", { number });
    }
    case "duty": {
      const duty = data["duty"];
      const known = duty === "began" || duty === "break" || duty === "work" || duty === "ended" ? duty : "changed";
      return words.say(`history.said.duty.${known}`, { who });
    }
    case "absence":
      if (data["removed"] === true) return words.say("history.said.absent.not", { who });
      return words.say("history.said.absent", { who, from: time(data["start"], words), until: time(data["end"], words) });
    case "dispute":
      return words.say("history.said.dispute", { who, number });
    case "settled":
      return words.say("history.said.settled", { number });
    case "position":
      return who;
  }
}

function assigned(data: Data, number: string, day: Played, { words }: Speaker): string {
  const before = names(data["technicians_before"], day, words);
  const after = names(data["technicians_after"], day, words);
  const when = time(data["start_after"], words);
  if (after === "") return words.say("history.said.taken", { number, before });
  if (before === "") return words.say("history.said.given", { number, who: after, time: when });
  if (before === after) return words.say("history.said.retimed", { number, who: after, was: time(data["start_before"], words), time: when });
  return words.say("history.said.given.from", { number, before, who: after, time: when });
}

function names(ids: unknown, day: Played, words: Words<HistoryKey>): string {
  return Array.isArray(ids) ? ids.map((id) => (typeof id === "string" ? name(id, day, words) : "")).join(", ") : "";
}

/** Whom one does not see works in another territory. */
function name(id: string | null, day: Played, words: Words<HistoryKey>): string {
  if (id === null) return words.say("history.somebody");
  return day.people.get(id) ?? words.say("history.another-territory");
}

function time(at: unknown, words: Words<HistoryKey>): string {
  return typeof at === "string" ? words.time(at) : "–";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function amount(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
