/** A phone that is signed in, and visits for it. */

import { deleteDB } from "idb";
import type { Status, VisitDocument } from "../day/documents";
import { actionsOf } from "../day/lifecycle";
import { closeDatabase, database, NAME } from "../store/database";
import { type Device, remember } from "../store/meta";
import { sha256, type Taken } from "../store/pictures";

export const ANA: Device = {
  id: "device_1",
  user: "user_ana",
  technician: "technician_ana",
  name: "Ana Rojas",
  called: "A phone of the tests",
  token: "token",
  expires_at: "2026-12-23T12:00:00Z",
};

/** An empty phone, signed in. */
export async function freshPhone(device: Device = ANA): Promise<void> {
  await closeDatabase();
  await deleteDB(NAME);
  await remember("device", device);
}

/** As when the app is killed and opened again: what is in memory has gone. */
export async function restarted(): Promise<void> {
  await closeDatabase();
  await database();
}

export function visitOf(id: string, status: Status = "dispatched", more: Partial<VisitDocument> = {}): VisitDocument {
  return {
    id: `visit:${id}`,
    version: "1",
    kind: "visit",
    visit: id,
    status,
    actions: actionsOf(status),
    day: "2026-11-23",
    order: 1,
    preview: false,
    provisional: status === "scheduled",
    asked_from: status === "dispatched" ? "2026-11-23T10:00:00Z" : null,
    planned: null,
    windows: [],
    appointment: false,
    duration: 3600,
    extended: 0,
    promises: [],
    instants: {
      dispatched_at: "2026-11-23T10:00:00Z",
      accepted_at: null,
      departed_at: null,
      arrived_at: null,
      started_at: null,
      paused_at: null,
      finished_at: null,
    },
    paused_for: 0,
    outcome: null,
    arrival_proposed_at: null,
    job: { id: "job_1", number: "J-1", title: "Boiler", description: null, priority: "normal", status: "dispatched", type: null },
    customer: null,
    contact: null,
    site: { name: null, address: "Calle Brasil 512", lat: -29.9, lon: -71.25, access_notes: null },
    equipment: null,
    knowledge: [],
    parts: [],
    crew: [],
    checklist: null,
    used: [],
    requests: [],
    media: [],
    signature: null,
    report: null,
    ...more,
  };
}

export async function pictureOf(size: number, at = "2026-11-23T12:00:00Z"): Promise<Taken> {
  const bytes = new Uint8Array(size).map((_, index) => (index * 31 + size) % 251).buffer;
  return { sha256: await sha256(bytes), purpose: "photo", type: "image/jpeg", size, bytes, at, offset: null, state: "waiting", why: null };
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
