import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BoardDocument } from "../../live";
import { live } from "../../live";
import { ana, clock, planned, visit } from "./days";
import { aimAt, begin, cancel, confirm, letGo, movingNow } from "./moving";
import { REST_MS } from "./pricing";
import type { Trial } from "./trial";

interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly answer: (status: number, body: unknown) => void;
}

let asked: Asked[] = [];

/** The board of an edition: Ana has a visit, Ben has none. */
function board(edition: number): BoardDocument {
  const a = visit("a", { planned: [planned("09:00", "10:00")] });
  const technicians = [ana([a]), ana([], { id: "ben", name: "Ben" }, { id: "shift-ben" })];
  return {
    position: edition, now: clock("08:00"), pace: 1, time_zone: "UTC", day: "2026-11-23", since: clock("00:00"), until: clock("23:59"),
    edition, plan: "p", fence: null, technicians, visits: [a], territories: [], drafts: 0, disputes: 0,
  };
}

function trial(edition: number, change: number): Trial {
  return { edition, before: 100, after: 100 + change, change, by_rule: [], broken: [], stops: [], moved: [], may_publish: true, may_force: true, fence: [] };
}

/** The last request to an address that ends so. */
function last(end: string): Asked {
  const found = asked.filter((one) => one.path.split("?")[0]?.endsWith(end)).at(-1);
  if (found === undefined) throw new Error(`Nothing was asked of …${end}`);
  return found;
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal("document", { documentElement: { lang: "en" } });
  vi.stubGlobal("fetch", (path: string, options: RequestInit = {}) => {
    const body = (typeof options.body === "string" ? JSON.parse(options.body) : {}) as Record<string, unknown>;
    return new Promise<Response>((resolve) => {
      asked.push({ path, body, answer: (status, told) => resolve(new Response(JSON.stringify(told), { status })) });
    });
  });
  live.store.load(board(1));
});
afterEach(() => {
  cancel();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function carriedToBen(): Promise<void> {
  const moved = { visit: "a", role: 0 };
  begin({ moved: [moved], lead: moved, length: 3_600_000, way: "keys" });
  aimAt({ technician: "ben", shift: "shift-ben", position: 0, at: 0, exact: false }, false);
  letGo();
  await vi.advanceTimersByTimeAsync(REST_MS);
}

test("a move that is refused while another plan comes has its price on that plan before it can be asked for again", async () => {
  await carriedToBen();
  last("/try").answer(200, trial(1, 5));
  await vi.advanceTimersByTimeAsync(0);
  const first = confirm("Moved.", "", false);
  live.store.load(board(2));
  last("/move").answer(409, { type: "urn:fieldwright:overtaken", title: "Another plan was published" });
  expect(await first).toBe(false);
  expect(movingNow()?.price.kind).toBe("asking");
  expect(await confirm("Moved.", "", false), "its price is not known").toBe(false);

  await vi.advanceTimersByTimeAsync(REST_MS);
  last("/try").answer(200, trial(2, 80));
  await vi.advanceTimersByTimeAsync(0);
  expect(movingNow()?.price).toEqual({ kind: "known", trial: trial(2, 80) });
  void confirm("Moved.", "", false);
  expect(asked.filter((one) => one.path.includes("/move")).map((one) => one.body.expected_edition)).toEqual([1, 2]);
});

test("a move is sent for the plan that its price is of, whatever the board knows of by then", async () => {
  await carriedToBen();
  // The server has published already, and the board has not heard of it.
  last("/try").answer(200, trial(2, 5));
  await vi.advanceTimersByTimeAsync(0);
  void confirm("Moved.", "", false);
  expect(last("/move").body.expected_edition).toBe(2);
});
