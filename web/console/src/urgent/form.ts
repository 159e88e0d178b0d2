/** What was written of an emergency so far. It is kept over a reload, with the key under which it is sent. */

import { useCallback, useState } from "react";
import type { Shape } from "../request";

export type Priority = "critical" | "high" | "normal" | "low";
export type Candidate = Shape<"CandidateShape">;
export type PricedSlot = Shape<"PricedSlot">;
export type AtHand = Shape<"AtHandShape">;
export type MadeWay = Shape<"MadeWayShape">;

/** A customer, or a place, who is not known yet. */
export interface Fresh {
  readonly name: string;
  readonly phone: string;
  readonly address: string;
  readonly at: { readonly lat: number; readonly lon: number; readonly label: string } | null;
}

/**
 * Who is to come: somebody, from about `start` on; at an appointment; whoever the plan finds; null: not said yet. `way`:
 * the visit that has to give way to it, which the plan proposes and somebody approves.
 */
export type Choice =
  | { readonly kind: "person"; readonly technician: string; readonly name: string; readonly start: string; readonly way?: string }
  | { readonly kind: "slot"; readonly earliest: string; readonly latest: string }
  | { readonly kind: "plan" }
  | null;

export interface Form {
  /** What was typed to find who rings. */
  readonly search: string;
  readonly customer: string | null;
  readonly customerName: string;
  readonly site: string | null;
  readonly machine: string | null;
  readonly fresh: Fresh | null;
  readonly type: string | null;
  readonly priority: Priority;
  readonly text: string;
  readonly choice: Choice;
  /** Of this very content: sent twice, it has one effect. */
  readonly key: string;
  /** It was sent, and perhaps arrived: until somebody writes something else, it is to stay as it was. */
  readonly attempted: boolean;
  readonly taken: Taken | null;
}

/** What has become of it. `since`: the operation's time when it was sent, in milliseconds. */
export interface Taken {
  readonly job: string;
  readonly visit: string;
  readonly number: string;
  readonly duplicateOf: string | null;
  readonly choice: Choice;
  /** Why it could not be published for whom it was chosen at once, in the server's words. */
  readonly notGiven?: string;
  readonly since: number;
}

const KEPT = "fieldwright.urgent";

export function emptyForm(): Form {
  return {
    search: "",
    customer: null,
    customerName: "",
    site: null,
    machine: null,
    fresh: null,
    type: null,
    priority: "critical",
    text: "",
    choice: null,
    key: crypto.randomUUID(),
    attempted: false,
    taken: null,
  };
}

function kept(): Form {
  const text = sessionStorage.getItem(KEPT);
  if (text === null) return emptyForm();
  try {
    return { ...emptyForm(), ...(JSON.parse(text) as Partial<Form>) };
  } catch {
    return emptyForm(); // another version of this page has kept something that this one cannot read
  }
}

export type Write = (next: Partial<Form>) => void;

/** The form, and how it is written. Whatever changes what would be sent gets a key of its own. */
export function useForm(): readonly [Form, Write] {
  const [form, setForm] = useState(kept);
  const write = useCallback<Write>((next) => {
    setForm((before) => {
      const same = next.key !== undefined || Object.keys(next).every((name) => NOT_SENT.has(name));
      const now = { ...before, ...next, key: next.key ?? (same ? before.key : crypto.randomUUID()), attempted: next.attempted ?? (same && before.attempted) };
      sessionStorage.setItem(KEPT, JSON.stringify(now));
      return now;
    });
  }, []);
  return [form, write];
}

const NOT_SENT: ReadonlySet<string> = new Set(["search", "customerName", "taken", "attempted"]);

export const TITLE_LENGTH = 200;

/** The first line is the title; all of it the description. */
export function titleOf(text: string): string {
  return (text.trim().split("\n")[0] ?? "").trim().slice(0, TITLE_LENGTH);
}

export type Missing = "customer" | "place" | "type" | "text";

export function missingOf({ customer, site, fresh, type, text }: Form): Missing[] {
  const found: Missing[] = [];
  if (customer === null && (fresh === null || fresh.name.trim() === "")) found.push("customer");
  if (site === null && (fresh === null || fresh.address.trim() === "")) found.push("place");
  if (type === null) found.push("type");
  if (titleOf(text) === "") found.push("text");
  return found;
}

/**
 * What was chosen; else, for somebody who may decide it in an emergency, who is best for the plan. Where even they come
 * after the promise to be there, the plan is asked at once: it may let other visits give way.
 */
export function chosenOf({ choice, priority, attempted }: Form, data: AtHand | undefined, mayChoose: boolean): Choice {
  if (attempted) return choice;
  if (choice?.kind === "person" && choice.way === undefined) {
    // They have driven on meanwhile: what is sent is what is shown.
    const now = data?.candidates.find((one) => one.technician === choice.technician);
    return now === undefined ? choice : { ...choice, start: now.start };
  }
  if (choice !== null) return choice;
  const best = data?.candidates.find((one) => one.best);
  if (priority !== "critical" || best === undefined || best.on_site_kept === false || !mayChoose) return { kind: "plan" };
  return { kind: "person", technician: best.technician, name: best.name, start: best.start };
}

/** What a look asks for; null while it is not known where or what. */
export function lookOf({ site, fresh, customer, type, priority }: Form): Readonly<Record<string, unknown>> | null {
  if (type === null) return null;
  const about = { job_type_id: type, priority, days: LOOK_DAYS, ...(customer === null ? {} : { customer_id: customer }) };
  if (fresh !== null && fresh.at !== null) return { ...about, lat: fresh.at.lat, lon: fresh.at.lon };
  return site === null ? null : { ...about, site_id: site };
}

const LOOK_DAYS = 2;
