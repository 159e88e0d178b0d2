import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Price, Pricing, REST_MS } from "./pricing";
import type { Trial } from "./trial";

const trial = (change: number): Trial => ({
  edition: 1, before: 100, after: 100 + change, change, by_rule: [], broken: [], stops: [], moved: [], may_publish: true, may_force: true, fence: [],
});

describe("the price of a place", () => {
  const told: Price[] = [];
  let asked: { what: string; signal: AbortSignal; answer: (trial: Trial) => void; fail: (error: unknown) => void }[] = [];
  let pricing: Pricing<string>;

  beforeEach(() => {
    vi.useFakeTimers();
    told.length = 0;
    asked = [];
    const ask = (what: string, signal: AbortSignal): Promise<Trial> =>
      new Promise((answer, fail) => asked.push({ what, signal, answer, fail }));
    pricing = new Pricing(ask, (price) => told.push(price));
  });
  afterEach(() => vi.useRealTimers());

  test("is asked for once the hand rests, not on the way", () => {
    for (const place of ["a", "b", "c"]) {
      pricing.want(place, place);
      vi.advanceTimersByTime(REST_MS - 1);
    }
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(asked.map((one) => one.what)).toEqual(["c"]);
  });

  test("is never that of a place one has left, however late it is answered", async () => {
    pricing.want("a", "a");
    vi.advanceTimersByTime(REST_MS);
    pricing.want("b", "b");
    vi.advanceTimersByTime(REST_MS);
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[1]?.answer(trial(2));
    await vi.runAllTimersAsync();
    asked[0]?.answer(trial(1));
    await vi.runAllTimersAsync();
    expect(told.at(-1)).toEqual({ kind: "known", trial: trial(2) });
  });

  test("is remembered where one comes back, until the plan is another one", async () => {
    pricing.want("a", "a");
    vi.advanceTimersByTime(REST_MS);
    asked[0]?.answer(trial(1));
    await vi.runAllTimersAsync();
    pricing.want("b", "b");
    expect(told.at(-1)).toEqual({ kind: "asking", last: trial(1) });
    pricing.want("a", "a");
    expect(told.at(-1)).toEqual({ kind: "known", trial: trial(1) });
    pricing.forget();
    pricing.want("a", "a");
    expect(told.at(-1)?.kind).toBe("asking");
  });

  test("says why there is none, and can be asked for again", async () => {
    pricing.want("a", "a");
    vi.advanceTimersByTime(REST_MS);
    asked[0]?.fail(new Error("no such shift"));
    await vi.runAllTimersAsync();
    expect(told.at(-1)).toEqual({ kind: "failed", error: new Error("no such shift") });
    pricing.want("a", "a");
    vi.advanceTimersByTime(REST_MS);
    expect(asked.map((one) => one.what)).toEqual(["a", "a"]);
  });
});
