import { beforeEach, describe, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "@fieldwright/shared/api";
import { Revoked, SignedOut } from "../access/request";
import type { Changes, Document } from "../day/documents";
import { foreseen } from "../day/optimistic";
import { database } from "../store/database";
import { recall, remember } from "../store/meta";
import { entriesOf, keep, keepPicture, waitingOf } from "../store/outbox";
import { notePicture, type Picture, picture } from "../store/pictures";
import { type Accident, FakeServer } from "../testing/fake-server";
import { ANA, freshPhone, pictureOf, randomly, restarted, visitOf } from "../testing/made";
import type { Receipts } from "./actions";
import { expire, round } from "./round";
import type { Upload } from "./server";

beforeEach(() => freshPhone());

async function shown(): Promise<Document[]> {
  const db = await database();
  return foreseen(await db.getAll("documents"), await entriesOf(ANA.user));
}

async function shownStatus(visit: string): Promise<string | undefined> {
  const found = (await shown()).find((one) => one.id === `visit:${visit}`);
  return found?.kind === "visit" ? found.status : undefined;
}

const tap = (kind: "accept" | "depart" | "arrive" | "start" | "complete", visit: string) => keep({ kind, visit, data: {} });

/** It has heard too many taps, or pictures, and takes them again in twenty seconds. */
class PatientServer extends FakeServer {
  isBusy = true;
  /** How often it was asked for what it does not take now, and for the day. */
  asked = 0;
  told = 0;

  constructor(
    readonly what: "taps" | "pictures",
    ...visits: ConstructorParameters<typeof FakeServer>
  ) {
    super(...visits);
  }

  override async act(actions: Parameters<FakeServer["act"]>[0]): Promise<Receipts> {
    this.#refuse("taps");
    return await super.act(actions);
  }

  override async announce(picture: Picture): Promise<Upload> {
    this.#refuse("pictures");
    return await super.announce(picture);
  }

  override async changes(): Promise<Changes> {
    this.told += 1;
    return await super.changes();
  }

  #refuse(what: "taps" | "pictures"): void {
    if (what !== this.what) return;
    this.asked += 1;
    if (this.isBusy) throw new Refused(429, { detail: "Too many.", retry_after: 20 });
  }
}

describe("a round", () => {
  test("sends taps in their order and takes what has changed", async () => {
    const server = new FakeServer(visitOf("a"));
    await round(server);
    const entries = [await tap("accept", "a"), await tap("depart", "a"), await tap("arrive", "a")];

    expect(await round(server)).toBe("done");

    expect(server.taken).toEqual(entries.map((one) => one.id));
    expect(server.visits.get("a")?.status).toBe("on_site");
    expect(await shownStatus("a")).toBe("on_site");
    expect((await entriesOf(ANA.user)).map((one) => [one.fate, one.told])).toEqual([
      ["sent", true],
      ["sent", true],
      ["sent", true],
    ]);
  });

  test("shows what was tapped before it is sent, and does not show it twice after", async () => {
    const server = new FakeServer(visitOf("a"));
    await round(server);
    await tap("accept", "a");
    expect(await shownStatus("a")).toBe("accepted");

    server.accident = () => "request";
    expect(await round(server)).toBe("offline");
    expect(await shownStatus("a")).toBe("accepted");

    server.accident = () => null;
    await round(server);
    await keep({ kind: "use_part", visit: "a", data: { part: "gasket", quantity: 2 } });
    const [visit] = await shown();
    expect(visit?.kind === "visit" && visit.used).toHaveLength(1);
  });

  test.each(["taps", "pictures"] as const)("sends no %s before the server takes them again, and asks for the day", async (what) => {
    const patient = new PatientServer(what, visitOf("a"));
    const made = await pictureOf(1000);
    await keepPicture(made);
    const entry = await tap("accept", "a");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    try {
      expect(await round(patient)).toBe(what === "taps" ? "later" : "done");
      patient.isBusy = false;
      await round(patient);
      expect(patient.told).toBe(2);
      expect(patient.asked).toBe(1);
      expect(patient.taken.length > 0).toBe(what === "pictures");
      expect(await patient.has(made.sha256)).toBe(what === "taps");

      vi.setSystemTime(Date.now() + 20_000);
      expect(await round(patient)).toBe("done");
    } finally {
      vi.useRealTimers();
    }
    expect(patient.taken).toEqual([entry.id]);
    expect(await patient.has(made.sha256)).toBe(true);
  });

  test("undoes in the view what is refused, and keeps the reason", async () => {
    const server = new FakeServer(visitOf("a", "accepted"));
    await round(server);
    server.visits.set("a", visitOf("a", "scheduled"));
    await tap("depart", "a");
    expect(await shownStatus("a")).toBe("en_route");

    await round(server);

    expect(await shownStatus("a")).toBe("scheduled");
    const [entry] = await entriesOf(ANA.user);
    expect(entry?.fate).toBe("refused");
    expect(entry?.receipt?.detail).toBe("The visit cannot be given depart now.");
  });

  test("names the tap before it only until that one has its receipt", async () => {
    const server = new FakeServer(visitOf("a"), visitOf("b"));
    const first = await tap("accept", "a");
    const second = await tap("depart", "a");
    const other = await tap("accept", "b");
    expect([first.after, second.after, other.after]).toEqual([null, first.id, null]);

    await round(server);

    expect((await tap("arrive", "a")).after).toBeNull();
  });

  test("sends what waited for another one again", async () => {
    const server = new FakeServer(visitOf("a"));
    const first = await tap("accept", "a");
    const second = await tap("depart", "a");
    const db = await database();
    const kept = await db.getAll("outbox");
    await db.delete("outbox", kept[0]?.seq ?? 0);
    expect(await round(server)).toBe("later");
    expect((await waitingOf(ANA.user)).map((one) => one.id)).toEqual([second.id]);

    await db.put("outbox", { ...first });

    expect(await round(server)).toBe("done");
    expect(server.taken).toEqual([first.id, second.id]);
  });

  test("keeps what is tapped while it is under way", async () => {
    const server = new FakeServer(visitOf("a"));
    await tap("accept", "a");
    const answer = server.changes.bind(server);
    server.changes = async () => {
      const changes = await answer();
      await tap("depart", "a");
      return changes;
    };

    expect(await round(server)).toBe("later");

    expect(await shownStatus("a")).toBe("en_route");
    expect(await waitingOf(ANA.user)).toHaveLength(1);
  });

  test("a hundred and twenty taps go in batches", async () => {
    const server = new FakeServer(visitOf("a"));
    for (let count = 0; count < 120; count += 1) await keep({ kind: "use_part", visit: "a", data: { part: "screw", quantity: 1 } });

    expect(await round(server)).toBe("done");

    expect(server.taken).toHaveLength(120);
  });

  test("a batch that is too large for the server goes in smaller ones", async () => {
    const server = new FakeServer(visitOf("a"));
    const act = server.act.bind(server);
    server.act = async (actions) => {
      if (actions.length > 3) throw new Refused(413, { detail: "Send less." });
      return await act(actions);
    };
    for (let count = 0; count < 20; count += 1) await keep({ kind: "use_part", visit: "a", data: { part: "screw", quantity: 1 } });

    expect(await round(server)).toBe("done");

    expect(server.taken).toHaveLength(20);
  });
});

describe("a batch", () => {
  test("has no more bytes than one request may have, however few its taps are", async () => {
    const server = new FakeServer(visitOf("a"));
    const answers = { note: "好".repeat(16_000) };
    for (let count = 0; count < 45; count += 1) await keep({ kind: "checklist", visit: "a", data: { version: 1, answers } });
    const sizes: number[] = [];
    const act = server.act.bind(server);
    server.act = async (actions) => {
      sizes.push(new TextEncoder().encode(JSON.stringify(actions)).byteLength);
      return await act(actions);
    };

    expect(await round(server)).toBe("done");

    expect(server.taken).toHaveLength(45);
    expect(Math.max(...sizes)).toBeLessThan(1_100_000);
    expect(sizes).toHaveLength(3);
  });
});

describe("whatever is lost, repeated or killed", () => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed))("every tap is applied once and in its order (seed %i)", async (seed) => {
    const random = randomly(seed);
    const server = new FakeServer(visitOf("a"), visitOf("b"));
    const accidents: readonly Accident[] = ["request", "answer", "answer", null, null, null];
    server.accident = () => accidents[Math.floor(random() * accidents.length)] ?? null;
    const steps = ["accept", "depart", "arrive", "start", "complete"] as const;
    const at: Record<string, number> = { a: 0, b: 0 };
    const tapped: Record<string, string[]> = { a: [], b: [] };
    const photo = await pictureOf(600_000 + seed);
    await keep({ kind: "attach", visit: "a", data: { sha256: photo.sha256, purpose: "photo" } }, [photo]);
    tapped.a?.push((await entriesOf(ANA.user))[0]?.id ?? "");

    for (let turn = 0; turn < 60; turn += 1) {
      const visit = random() < 0.5 ? "a" : "b";
      const step = steps[at[visit] ?? 0];
      if (step !== undefined && random() < 0.5) {
        tapped[visit]?.push((await tap(step, visit)).id);
        at[visit] = (at[visit] ?? 0) + 1;
      } else if (random() < 0.15) {
        await restarted();
      } else {
        await round(server);
      }
    }
    server.accident = () => null;
    expect(await round(server)).toBe("done");

    expect(new Set(server.taken).size).toBe(server.taken.length);
    for (const visit of ["a", "b"]) expect(server.taken.filter((one) => tapped[visit]?.includes(one))).toEqual(tapped[visit]);
    expect([...server.receipts.values()].every((one) => one.outcome === "applied")).toBe(true);
    expect(await server.has(photo.sha256)).toBe(true);
    for (const visit of ["a", "b"]) expect(await shownStatus(visit)).toBe(server.visits.get(visit)?.status);
  });
});

describe("pictures", () => {
  test("go last, and go on where they were broken off", async () => {
    const server = new FakeServer(visitOf("a"));
    const photo = await pictureOf(1_300_000);
    await keepPicture(photo);
    let asked = 0;
    // Taps are none; changes, announcement and the first piece pass, the second piece is lost.
    server.accident = () => (++asked === 4 ? "request" : null);
    expect(await round(server)).toBe("offline");
    expect((await picture(photo.sha256))?.offset).toBe(524_288);
    await restarted();

    expect(await round(server)).toBe("done");

    expect(await server.has(photo.sha256)).toBe(true);
    expect(server.uploaded).toEqual([524_288, 524_288, 251_424]);
    expect((await picture(photo.sha256))?.state).toBe("sent");
  });

  test("go on where the server says, whatever this phone thought", async () => {
    const server = new FakeServer(visitOf("a"));
    const photo = await pictureOf(700_000);
    await keepPicture(photo);
    const append = server.append.bind(server);
    let lost = true;
    server.append = async (one, offset, bytes) => {
      const made = await append(one, offset, bytes);
      if (!lost) return made;
      // It came, and the phone hears of a conflict, as when it was sent twice.
      lost = false;
      throw new Refused(409, { detail: "Another offset." });
    };

    expect(await round(server)).toBe("done");

    expect(await server.has(photo.sha256)).toBe(true);
    expect((await picture(photo.sha256))?.state).toBe("sent");
  });

  test("whose bytes the browser has lost are said to be lost, and hold nothing up", async () => {
    const server = new FakeServer(visitOf("a"));
    const [lost, good] = [await pictureOf(1000, "2026-11-23T12:00:00Z"), await pictureOf(2000, "2026-11-23T12:01:00Z")];
    await keepPicture(lost);
    await keepPicture(good);
    await (await database()).delete("bytes", lost.sha256);

    expect(await round(server)).toBe("done");

    expect(await (await database()).get("pictures", lost.sha256)).toMatchObject({ state: "lost" });
    expect((await picture(good.sha256))?.state).toBe("sent");

    await keepPicture(lost);
    await round(server);
    expect((await picture(lost.sha256))?.state).toBe("sent");
    expect(await server.has(lost.sha256)).toBe(true);
  });

  test("that the server has whole are sent, also where their bytes are gone here", async () => {
    const server = new FakeServer(visitOf("a"));
    const photo = await pictureOf(1000);
    await keepPicture(photo);
    await round(server);
    await notePicture(photo.sha256, { state: "waiting" });
    await (await database()).delete("bytes", photo.sha256);

    await round(server);

    expect(await (await database()).get("pictures", photo.sha256)).toMatchObject({ state: "sent" });
  });

  test("that the server does not want say why, and hold nothing up", async () => {
    const server = new FakeServer(visitOf("a"));
    const [bad, good] = [await pictureOf(1000, "2026-11-23T12:00:00Z"), await pictureOf(2000, "2026-11-23T12:01:00Z")];
    await keepPicture(bad);
    await keepPicture(good);
    const announce = server.announce.bind(server);
    server.announce = async (one) => {
      if (one.sha256 === bad.sha256) throw new Refused(422, { detail: "This is no picture." });
      return await announce(one);
    };

    expect(await round(server)).toBe("done");

    expect(await picture(bad.sha256)).toMatchObject({ state: "refused", why: "This is no picture." });
    expect((await picture(good.sha256))?.state).toBe("sent");
  });
});

describe("the end of a session", () => {
  test("keeps what was tapped until the same person is back", async () => {
    const server = new FakeServer(visitOf("a"));
    const entry = await tap("accept", "a");
    server.refusal = new SignedOut();
    expect(await round(server)).toBe("signed-out");
    expect((await recall("device"))?.token).toBeNull();
    expect(await round(server)).toBe("signed-out");
    expect((await waitingOf(ANA.user)).map((one) => one.id)).toEqual([entry.id]);

    server.refusal = null;
    await remember("device", { ...ANA, token: "another" });

    expect(await round(server)).toBe("done");
    expect(server.taken).toEqual([entry.id]);
  });

  test("by a dispatcher who wipes leaves nothing but the word that it was", async () => {
    const server = new FakeServer(visitOf("a"));
    await round(server);
    await tap("accept", "a");
    await keepPicture(await pictureOf(1000));
    server.refusal = new Revoked(true);

    expect(await round(server)).toBe("wiped");

    const db = await database();
    for (const store of ["documents", "outbox", "pictures", "bytes", "fixes"] as const) expect(await db.count(store)).toBe(0);
    expect(await db.getAllKeys("meta")).toEqual(["wiped"]);
  });

  test("without a wipe asks to sign in", async () => {
    const server = new FakeServer(visitOf("a"));
    await tap("accept", "a");
    server.refusal = new Revoked(false);

    expect(await round(server)).toBe("signed-out");

    expect(await waitingOf(ANA.user)).toHaveLength(1);
  });

  test("what somebody else tapped is not sent under another name", async () => {
    const server = new FakeServer(visitOf("a"));
    await tap("accept", "a");
    await remember("device", { ...ANA, user: "user_ben" });

    expect(await round(server)).toBe("done");

    expect(server.taken).toEqual([]);
    expect(await waitingOf(ANA.user)).toHaveLength(1);
  });
});

describe("the day", () => {
  test("is forgotten when its time is over, what was tapped is not", async () => {
    const server = new FakeServer(visitOf("a"));
    server.expiresIn = 0;
    await round(server);
    await tap("accept", "a");

    expect(await expire()).toBe(true);

    const db = await database();
    expect(await db.count("documents")).toBe(0);
    expect(await recall("cursor")).toBeUndefined();
    expect(await waitingOf(ANA.user)).toHaveLength(1);
  });

  test("takes its pictures along that the server has, and no others", async () => {
    const server = new FakeServer(visitOf("a"));
    const [sent, waiting] = [await pictureOf(1000), await pictureOf(2000)];
    await keepPicture(sent);
    await round(server);
    await keepPicture(waiting);
    server.date = "2026-11-24";
    server.append = () => Promise.reject(new Unreachable("Lost."));

    await round(server);

    expect(await picture(sent.sha256)).toBeUndefined();
    expect((await picture(waiting.sha256))?.state).toBe("waiting");
  });

  test("lasts by the operation's clock, which may be fast", async () => {
    const server = new FakeServer(visitOf("a"));
    server.pace = 20;
    server.expiresIn = 20 * 60_000;
    await round(server);

    const day = await recall("day");
    expect((day?.forget ?? 0) - Date.now()).toBeLessThanOrEqual(60_000);
    expect(await expire()).toBe(false);
  });
});
