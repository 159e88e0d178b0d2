import { describe, expect, it } from "vitest";

import { portions } from "./portions";

const size = (one: unknown): number => new TextEncoder().encode(JSON.stringify(one)).byteLength;

describe("answers in portions", () => {
  it("leaves together what one action may hold", () => {
    expect(portions({})).toEqual([]);
    expect(portions({ tight: true, notes: null })).toEqual([{ tight: true, notes: null }]);
  });

  it("loses none of the longest checklist that there may be, and none is too large for the server", () => {
    const longest = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`question_${at}`, "\u6f0f".repeat(4000)]));
    const made = portions(longest);
    expect(Object.assign({}, ...made)).toEqual(longest);
    expect(made.flatMap((one) => Object.keys(one))).toEqual(Object.keys(longest));
    for (const one of made) expect(size(one)).toBeLessThan(60_000);
  });

  it("counts answers as well as bytes", () => {
    const short = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`question_${at}`, true]));
    expect(portions(short).map((one) => Object.keys(one).length)).toEqual([80, 20]);
  });
});
