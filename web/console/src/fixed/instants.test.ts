import { expect, test } from "vitest";
import { instantOf, untilOf, writtenAt } from "./instants";

const ZONE = "America/Santiago";
/** 07:30 in Santiago, in summer: three hours behind UTC. */
const NOW = Date.parse("2026-11-24T10:30:00Z");

test("until is an instant of the zone where the work is done, whatever the reader's own is", () => {
  expect(untilOf("hours", NOW, ZONE).toISOString()).toBe("2026-11-24T12:30:00.000Z");
  expect(untilOf("noon", NOW, ZONE).toISOString()).toBe("2026-11-24T15:00:00.000Z");
  expect(untilOf("today", NOW, ZONE).toISOString()).toBe("2026-11-25T03:00:00.000Z");
  expect(untilOf("tomorrow", NOW, ZONE).toISOString()).toBe("2026-11-26T03:00:00.000Z");
});

test("a time that was written is read in that zone, and nothing is read from what is none", () => {
  expect(instantOf("2026-11-24T09:15", ZONE)?.toISOString()).toBe("2026-11-24T12:15:00.000Z");
  expect(instantOf("", ZONE)).toBeNull();
  expect(instantOf("tomorrow", ZONE)).toBeNull();
  expect(writtenAt(Date.parse("2026-11-24T12:15:30Z"), ZONE)).toBe("2026-11-24T09:15");
});
