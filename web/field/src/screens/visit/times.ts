/** When a visit is, in words. */

import type { VisitDocument } from "../../day/documents";
import { isFinal } from "../../day/lifecycle";
import type { FieldWords } from "../../texts";

/** When it is planned, or was. */
export function when({ planned, instants, status }: VisitDocument, words: FieldWords): string {
  const start = instants.started_at ?? instants.arrived_at ?? planned?.start;
  const end = isFinal(status) ? (instants.finished_at ?? planned?.end) : planned?.end;
  if (start == null || end == null) return "";
  return `${words.time(start)}–${words.time(end)}`;
}

/** Until when it may change without a word, of a visit that nobody is asked for yet. */
export function askedFrom(words: FieldWords, { asked_from }: VisitDocument): string {
  return words.say("visit.early", { time: words.time(asked_from ?? "") });
}

/** How long the way is, and when one should be there. */
export function travel({ planned, status, duration }: VisitDocument, words: FieldWords): string {
  const said: string[] = [];
  if (planned !== null && planned.travel_seconds !== null && ["scheduled", "dispatched", "accepted", "en_route"].includes(status)) {
    said.push(words.say("visit.arrive", { time: words.time(planned.arrive) }));
    const km = Math.round((planned.travel_metres ?? 0) / 100) / 10;
    said.push(words.say("visit.drive", { minutes: Math.round(planned.travel_seconds / 60), km }));
  }
  said.push(words.say("visit.lasts", { minutes: Math.round(duration / 60) }));
  return said.join(" · ");
}
