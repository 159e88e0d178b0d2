import { describe, expect, it } from "vitest";
import { interval, span, toneOf } from "./numbers";

const found = (mean: number | null, half: number | null, tells = false) => ({ mean, half, count: 5, tells });

describe("figures as people read them", () => {
  it("are in percent where they are shares, with half of the interval", () => {
    expect(interval({ share: true }, found(0.931, 0.012), "en")).toBe("93.10 ± 1.20");
  });
  it("carry a sign where they are differences, and none where they are nothing", () => {
    expect(interval({ share: false }, found(-2.5, null), "en", true)).toBe("−2.50");
    expect(interval({ share: false }, found(2.5, 1), "en", true)).toBe("+2.50 ± 1.00");
    expect(interval({ share: false }, found(0.001, 1), "en", true)).toBe("0.00 ± 1.00");
  });
  it("say so where nothing was counted", () => {
    expect(interval({ share: false }, found(null, null), "en")).toBe("–");
  });
  it("are better or worse only where it is more than chance", () => {
    expect(toneOf({ more_is_better: false }, found(2, 1, true))).toBe("worse");
    expect(toneOf({ more_is_better: true }, found(2, 1, true))).toBe("better");
    expect(toneOf({ more_is_better: true }, found(2, 3))).toBe("chance");
  });
  it("say a span in its largest unit", () => {
    expect([span(40, "en"), span(720, "en"), span(3900, "en"), span(7500, "en")]).toEqual(["40 s", "12 min", "65 min", "2 h 05"]);
  });
});
