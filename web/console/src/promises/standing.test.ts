import { expect, test } from "vitest";
import type { Visit } from "../live";
import { byTimeLeft, clockOf, countOf, type PromiseRow } from "./standing";

const NOW = Date.parse("2026-11-23T12:00:00Z");

function row(more: Partial<PromiseRow> = {}): PromiseRow {
  const made = { id: "clock_1", job_id: "job_1", number: "J-1", target: "on_site", state: "running", allowed: 7200, due_at: "2026-11-23T14:00:00Z", breached_at: null };
  return { ...made, ...more } as PromiseRow;
}

test("a promise is calm, pressing, threatened or missed by its clock and by the plan", () => {
  const planned = [{}] as unknown as Visit["planned"];
  const threatened = { planned, jeopardy: { target: "on_site", due: "2026-11-23T14:00:00Z", late_by: 600 } } as Visit;
  const nobodys = { planned: [] as Visit["planned"], jeopardy: null } as unknown as Visit;
  expect(clockOf(row(), NOW, []).standing).toBe("running");
  // A quarter of two hours is half an hour.
  expect(clockOf(row({ due_at: "2026-11-23T12:29:00Z" }), NOW, []).standing).toBe("pressing");
  expect(clockOf(row(), NOW, [threatened])).toMatchObject({ standing: "threatened", late: 600 });
  expect(clockOf(row({ due_at: "2026-11-23T13:59:00Z" }), NOW, [nobodys]).standing).toBe("pressing");
  expect(clockOf(row({ due_at: "2026-11-23T14:01:00Z" }), NOW, [nobodys]).standing).toBe("running");
  expect(clockOf(row({ target: "resolve" }), NOW, [threatened]).standing).toBe("running");
  expect(clockOf(row({ due_at: "2026-11-23T11:59:00Z" }), NOW, [])).toMatchObject({ standing: "missed", left: -60 });
  expect(clockOf(row({ state: "paused" }), NOW, [])).toMatchObject({ standing: "paused", left: null });
});

test("the least time left comes first, and what stands still last", () => {
  const clocks = [row({ state: "paused", number: "J-3" }), row({ number: "J-2" }), row({ number: "J-1", due_at: "2026-11-23T11:00:00Z" })];
  const sorted = clocks.map((one) => clockOf(one, NOW, [])).sort(byTimeLeft);
  expect(sorted.map((one) => one.number)).toEqual(["J-1", "J-2", "J-3"]);
  expect(countOf(sorted)).toMatchObject({ missed: 1, running: 1, paused: 1 });
});
