/** What can be done with a visit besides moving it. Each is shown at once, said, undone where that can be, refused with its reason. */

import { freezeNow } from "../../fixed";
import { boardNow, live, optimistically, type Pin, type Visit } from "../../live";
import { tell } from "../../notices";
import { change } from "../../request";
import { did, didPublish } from "../../undo";
import { propose, withoutStop } from "./moving";
import { lengthOf, movedWith } from "./drag";
import { committed } from "./row-layout";
import type { TimelineWords } from "./texts";

/** The three decisions of a pin, as the server keeps them. */
export interface Pinned {
  readonly technician?: string;
  readonly start?: string;
  readonly order?: boolean;
}

type Say = (error: unknown) => string;

/** What a doer needs: words to say it in, and how a refusal is said. */
export interface Speaking {
  readonly words: TimelineWords;
  readonly say: Say;
}

const called = (visit: Visit): string => `${visit.number} ${visit.title}`;

function failed({ words, say }: Speaking, what: string, error: unknown): void {
  tell(words.say("act.failed", { what, why: say(error) }), { tone: "bad" });
}

/** Fix what is said, besides what is fixed already; an empty one frees the visit. */
export async function pin(visit: Visit, wanted: Pinned, speaking: Speaking): Promise<void> {
  const before = pinnedOf(visit);
  const free = Object.keys(wanted).length === 0;
  const after = free ? {} : { ...before, ...wanted };
  const { words } = speaking;
  try {
    await putPin(visit, after);
    const title = words.say(free ? "act.unpinned" : "act.pinned", { what: called(visit) });
    tell(title);
    did({ title: withoutStop(title), undo: () => putPin(boardNow()?.visitById.get(visit.id) ?? visit, before) });
  } catch (error) {
    failed(speaking, called(visit), error);
  }
}

/** Pin a visit where it stands now: who, when, and in which order. */
export function pinAll(visit: Visit): Pinned {
  const [planned] = visit.planned;
  return planned === undefined ? {} : { technician: planned.technician, start: planned.start, order: true };
}

export function pinnedOf(visit: Visit): Pinned {
  const kept: { technician?: string; start?: string; order?: boolean } = {};
  if (visit.pin === null) return kept;
  if (visit.pin.technician != null) kept.technician = visit.pin.technician;
  if (visit.pin.start != null) kept.start = visit.pin.start;
  if (visit.pin.order === true) kept.order = true;
  return kept;
}

export function isPinned(visit: Visit): boolean {
  return Object.keys(pinnedOf(visit)).length > 0;
}

async function putPin(visit: Visit, pinned: Pinned): Promise<void> {
  const shown: Pin | null =
    Object.keys(pinned).length === 0 ? null : { technician: pinned.technician ?? null, start: pinned.start ?? null, order: pinned.order ?? false };
  const ifMatch = Math.max(visit.version, OURS.get(visit.id) ?? 0);
  const { etag } = await optimistically({ visits: { [visit.id]: { pin: shown } } }, () =>
    change("PUT", `/api/v1/visits/${visit.id}/pin`, pinned, { ifMatch }),
  );
  const version = Number(etag?.replaceAll('"', ""));
  if (Number.isInteger(version)) OURS.set(visit.id, version);
}

/** Versions that came of our own changes: who changes twice in a moment is not somebody else. */
const OURS = new Map<string, number>();

/** Ask whether nobody shall have it, with what that costs. */
export function unassign(visit: Visit, role: number): void {
  if (committed(visit)) return;
  const lead = { visit: visit.id, role };
  propose({ moved: movedWith(lead), lead, length: lengthOf(lead), way: "keys" }, "nobody");
}

/** Nothing before an instant changes any more; null: the freeze is lifted. */
export async function freeze(until: Date | null, speaking: Speaking): Promise<void> {
  const { words } = speaking;
  try {
    await freezeNow(until, withoutStop(until === null ? words.say("act.thawed") : words.say("act.frozen", { time: words.time(until) })));
  } catch (error) {
    failed(speaking, words.say("timeline.title"), error);
  }
}

// What is said to be done is seen first: who goes on at once does so with the versions that came of it.

/** One visit becomes several of so many minutes. */
export async function split(visit: Visit, minutes: readonly number[], speaking: Speaking): Promise<boolean> {
  try {
    await change("POST", `/api/v1/visits/${visit.id}/split`, { durations: minutes.map((one) => one * 60) }, { ifMatch: visit.version });
    await live.hurry();
    tell(speaking.words.say("act.split.done", { what: called(visit) }));
    return true;
  } catch (error) {
    failed(speaking, called(visit), error);
    return false;
  }
}

export async function join(visit: Visit, other: Visit, speaking: Speaking): Promise<void> {
  const what = `${visit.number} + ${other.number}`;
  try {
    await change("POST", `/api/v1/visits/${visit.id}/join`, { with: other.id }, { ifMatch: visit.version });
    await live.hurry();
    tell(speaking.words.say("act.joined", { what }));
  } catch (error) {
    failed(speaking, what, error);
  }
}

/** Who does it together, in the order of its roles. */
export async function crew(visit: Visit, technicians: readonly string[], speaking: Speaking): Promise<boolean> {
  try {
    const { body } = await change<{ readonly id: string }>("PUT", `/api/v1/visits/${visit.id}/crew`, { technicians }, { ifMatch: visit.version });
    await live.hurry();
    const title = speaking.words.say("act.crew.done", { what: called(visit) });
    tell(title);
    didPublish(withoutStop(title), body.id);
    return true;
  } catch (error) {
    failed(speaking, called(visit), error);
    return false;
  }
}

/** Put the focus on the bar of a visit, if it is in sight. */
export function focusBar(visit: string, role: number): void {
  document.querySelector<HTMLElement>(`.timeline-bar[data-visit="${CSS.escape(visit)}"][data-role="${role}"]`)?.focus();
}
