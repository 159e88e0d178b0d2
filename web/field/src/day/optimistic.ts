/**
 * The day as it will be once everything that was tapped has arrived: the documents, with the outbox applied to them.
 *
 * What the server has refused is left out, and what its documents tell of already; so the view is right before the
 * network, and after it.
 */

import type { Entry } from "../sync/actions";
import type { Document, MeDocument, MessageDocument, NoticeDocument, Quantity, ShiftDocument, VisitDocument } from "./documents";
import { actionsOf, advance, instantsAfter } from "./lifecycle";

/** The documents of the server, in any order; taps in theirs. */
export function foreseen(documents: readonly Document[], outbox: readonly Entry[]): Document[] {
  const counted = outbox.filter((one) => one.fate !== "refused" && !one.told);
  const known = documents.map((one) => {
    switch (one.kind) {
      case "visit":
        return counted.filter((entry) => entry.visit === one.visit).reduce(visitAfter, one);
      case "shift":
        return counted.filter((entry) => entry.data.shift === one.shift).reduce(shiftAfter, one);
      case "notice":
        return counted.reduce(noticeAfter, one);
      case "me":
        return counted.reduce(meAfter, one);
      case "message":
        return counted.reduce(messageAfter, one);
    }
  });
  return [...known, ...counted.filter((entry) => entry.kind === "say").map(saidBy)];
}

/** The visit after one tap about it. A step that the life of a visit does not have there changes nothing. */
export function visitAfter(visit: VisitDocument, entry: Entry): VisitDocument {
  const added = AFTER[entry.kind]?.(visit, entry);
  if (added !== undefined) return { ...visit, ...added };
  const status = advance(visit.status, entry.kind);
  if (status === null) return visit;
  if (entry.kind === "extend") return { ...visit, extended: visit.extended + Number(entry.data.seconds) };
  return {
    ...visit,
    status,
    actions: actionsOf(status),
    instants: instantsAfter(visit.instants, entry.kind, entry.happened),
    paused_for: visit.paused_for + pauseUntil(visit, entry.happened),
    arrival_proposed_at: entry.kind === "arrive" ? null : visit.arrival_proposed_at,
  };
}

function pauseUntil(visit: VisitDocument, at: string): number {
  if (visit.instants.paused_at === null) return 0;
  return Math.max(0, Math.round((Date.parse(at) - Date.parse(visit.instants.paused_at)) / 1000));
}

/** What is written about a visit without being a step of its life. */
const AFTER: Readonly<Partial<Record<string, (visit: VisitDocument, entry: Entry) => Partial<VisitDocument>>>> = {
  checklist: ({ checklist }, { data, happened }) => ({
    checklist:
      checklist === null
        ? null
        : {
            ...checklist,
            answers: answersAfter(checklist.answers, data.answers as Readonly<Record<string, unknown>>),
            answered_at: happened,
          },
  }),
  use_part: ({ used }, { data, happened }) => ({ used: [...used, { ...quantity(data), at: happened }] }),
  request_part: ({ requests }, { data, happened }) => ({
    requests: [
      ...requests,
      {
        ...quantity(data),
        urgent: data.urgent === true,
        note: typeof data.note === "string" ? data.note : null,
        at: happened,
        status: "waiting",
      },
    ],
  }),
  attach: ({ media }, { data, happened }) => {
    const known = media.filter((one) => one.sha256 !== data.sha256 || one.field !== (data.field ?? null));
    const medium = {
      sha256: String(data.sha256),
      purpose: data.purpose as "photo" | "signature" | "scan",
      caption: typeof data.caption === "string" ? data.caption : null,
      field: typeof data.field === "string" ? data.field : null,
      at: happened,
      status: "waiting",
    };
    return { media: [...known, medium] };
  },
  sign: (_, { data, happened }) => ({ signature: { name: String(data.name), at: happened } }),
  send_report: ({ contact }, { data }) => ({
    report: { made_at: null, sent_to: typeof data.email === "string" ? data.email : (contact?.email ?? null) },
  }),
  expert_call: () => ({}),
  say: () => ({}),
};

/** With what was answered since. Nothing, or nothing in it, takes an answer back. */
function answersAfter(known: Readonly<Record<string, unknown>> | null, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isNone = (value: unknown): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries({ ...known, ...given }).filter(([, value]) => !isNone(value)));
}

function quantity(data: Entry["data"]): Quantity {
  return { part: String(data.part), quantity: Number(data.quantity) };
}

export function shiftAfter(shift: ShiftDocument, { kind, data, happened }: Entry): ShiftDocument {
  const breaks = (changed: Partial<ShiftDocument["breaks"][number]>): ShiftDocument => ({
    ...shift,
    breaks: shift.breaks.map((one) => (one.id === data.break ? { ...one, ...changed } : one)),
  });
  switch (kind) {
    case "begin_shift":
      return { ...shift, began_at: shift.began_at ?? happened };
    case "end_shift":
      return { ...shift, ended_at: shift.ended_at ?? happened };
    case "take_break":
      return breaks({ taken_at: happened });
    case "end_break":
      return breaks({ ended_at: happened });
    default:
      return shift;
  }
}

function noticeAfter(notice: NoticeDocument, { kind, data }: Entry): NoticeDocument {
  const seen = kind === "seen" && (data.notices as readonly string[]).includes(notice.notice);
  return seen ? { ...notice, seen: true } : notice;
}

function messageAfter(message: MessageDocument, { kind, data }: Entry): MessageDocument {
  const read = kind === "read" && (data.messages as readonly string[]).includes(message.message);
  return read ? { ...message, new: false } : message;
}

/** A message that was written on this phone, until the server's documents tell of it. */
function saidBy({ id, visit, data, happened, fate }: Entry): MessageDocument {
  return {
    id: `message:${id}`,
    version: "",
    kind: "message",
    message: id,
    visit: visit ?? "",
    mine: true,
    by: "",
    text: String(data.text),
    at: happened,
    new: false,
    read: false,
    waiting: fate === "waiting",
  };
}

function meAfter(me: MeDocument, { kind, data, happened, id }: Entry): MeDocument {
  switch (kind) {
    case "unavailable": {
      const until = new Date(Date.parse(happened) + Number(data.minutes) * 60_000).toISOString();
      return { ...me, absence: { id, until, own: true } };
    }
    case "available":
      return { ...me, absence: null };
    case "use_part":
      return { ...me, van: without(me.van, quantity(data)) };
    default:
      return me;
  }
}

/** What should still be on the van once so much of a part is used. */
function without(van: readonly Quantity[], used: Quantity): Quantity[] {
  return van.map((one) => (one.part === used.part ? { ...one, quantity: Math.max(0, one.quantity - used.quantity) } : one));
}
