import { describe, expect, test } from "vitest";
import type { Board } from "../../live";
import { wordsOf } from "../../words";
import { ana, byId, clock, ms, planned, visit } from "./days";
import { keptLabel, keptRowLabel } from "./labels";
import { layoutOf } from "./row-layout";
import { labelOf } from "./sentences";
import { TEXTS } from "./texts";

const EN = wordsOf(TEXTS, "en", "UTC");
const ZH = wordsOf(TEXTS, "zh", "UTC");
const NOW = ms("10:00");

const boiler = visit("v1", { planned: [planned("09:00", "10:00")], status: "working", actual: { arrived_at: clock("09:00"), started_at: clock("09:00") } });

function barOf(one = boiler): Parameters<typeof keptLabel>[1] {
  const [bar] = layoutOf(ana([one]), byId([one])).bars;
  if (bar === undefined) throw new Error("the visit has no bar");
  return bar;
}

function counted(words: typeof EN): { readonly words: typeof EN; readonly said: () => number } {
  let said = 0;
  return { words: { ...words, say: (key, values) => ((said += 1), words.say(key, values)) }, said: () => said };
}

describe("the sentence of a bar", () => {
  test("is made once, also for a bar that was laid out anew, and says what it says unkept", () => {
    const { words, said } = counted(EN);
    const first = keptLabel(words, barOf(), "Ana", undefined, NOW);
    expect(first).toBe(labelOf(EN, barOf(), "Ana", undefined, NOW));
    const before = said();
    expect(keptLabel(words, barOf(), "Ana", undefined, NOW + 30_000)).toBe(first);
    expect(said()).toBe(before);
  });

  test("is made anew in another language, for another name, and for another state of the visit", () => {
    const first = keptLabel(EN, barOf(), "Ana", undefined, NOW);
    expect(keptLabel(ZH, barOf(), "Ana", undefined, NOW)).toBe(labelOf(ZH, barOf(), "Ana", undefined, NOW));
    expect(keptLabel(EN, barOf(), "Ben", undefined, NOW)).toContain("Ben");
    expect(keptLabel(EN, barOf({ ...boiler, late_by: 600 }), "Ana", undefined, NOW)).not.toBe(first);
  });

  test("counts the minutes of an overrun, and follows the names of a crew", () => {
    const long = keptLabel(EN, barOf(), "Ana", undefined, ms("10:20"));
    expect(keptLabel(EN, barOf(), "Ana", undefined, ms("10:21"))).not.toBe(long);
    const crewed = { ...boiler, planned: [planned("09:00", "10:00"), planned("09:00", "10:00", { role: 1, technician: "ben" })] };
    const named = (name: string): Board => ({ technicianById: new Map([["ben", { name }]]) }) as unknown as Board;
    expect(keptLabel(EN, barOf(crewed), "Ana", named("Ben"), NOW)).toContain("Ben");
    expect(keptLabel(EN, barOf(crewed), "Ana", named("Benjamin"), NOW)).toContain("Benjamin");
  });
});

test("what a row says is made once for each state of the row and each language", () => {
  const row = layoutOf(ana([boiler]), byId([boiler]));
  const { words, said } = counted(EN);
  const first = keptRowLabel(words, row);
  const before = said();
  expect(keptRowLabel(words, row)).toBe(first);
  expect(said()).toBe(before);
  expect(keptRowLabel(ZH, row)).not.toBe(first);
});
