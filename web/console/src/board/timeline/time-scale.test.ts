import { describe, expect, test } from "vitest";
import { HOUR, hourOf, instantAt, marksOf, MINUTE, snapped, spanOf, WIDEST_HOUR, xOf, zoomed } from "./time-scale";

const at = (text: string): number => Date.parse(text);
const MORNING = { from: at("2026-11-23T10:00:00Z"), until: at("2026-11-23T22:00:00Z") };

describe("a scale", () => {
  test("gives back the instant that a pixel stands for", () => {
    const scale = { ...MORNING, hour: 90 };
    expect(xOf(scale, at("2026-11-23T12:30:00Z"))).toBe(225); // two and a half hours of 90 pixels
    expect(instantAt(scale, 225)).toBe(at("2026-11-23T12:30:00Z"));
  });

  test("fills the view with all of the day, half of it, or three hours", () => {
    expect(hourOf("day", MORNING, 1200)).toBe(100); // twelve hours
    expect(hourOf("half", MORNING, 1200)).toBe(200);
    expect(hourOf("hours", MORNING, 1200)).toBe(400);
    expect(hourOf("hours", MORNING, 9000)).toBe(WIDEST_HOUR);
  });

  test("keeps what is under the pointer under it when one looks closer", () => {
    const before = { ...MORNING, hour: 100 };
    const { hour, left } = zoomed(100, 300, 1.5, 250, 50);
    expect(instantAt({ ...MORNING, hour }, left + 250)).toBe(instantAt(before, 300 + 250));
  });

  test("shows what there is with room on both sides, and something where there is nothing", () => {
    const day = { from: at("2026-11-23T03:00:00Z"), until: at("2026-11-24T03:00:00Z") };
    const span = spanOf([at("2026-11-23T11:00:00Z"), at("2026-11-23T21:10:00Z")], day);
    expect(span).toEqual({ from: at("2026-11-23T10:00:00Z"), until: at("2026-11-23T22:00:00Z") });
    expect(spanOf([], day)).toEqual({ from: at("2026-11-23T09:00:00Z"), until: at("2026-11-23T23:00:00Z") });
  });
});

describe("marks", () => {
  const hours = (from: string, until: string, zone: string, hour = 60): string[] =>
    marksOf({ from: at(from), until: at(until), hour }, zone).filter((mark) => mark.kind !== "part").map((mark) => mark.label);

  test("stand at the full hours of the territory's clock", () => {
    expect(hours("2026-11-23T10:30:00Z", "2026-11-23T13:10:00Z", "America/Santiago")).toEqual(["08:00", "09:00", "10:00"]);
    expect(hours("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z", "Asia/Kathmandu")).toEqual(["16:00", "17:00"]); // +05:45
  });

  test("leave out the hour that is skipped when the clock is put forward", () => {
    // In Berlin 01:59 is followed by 03:00 on 29 March 2026.
    expect(hours("2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z", "Europe/Berlin")).toEqual(["01:00", "03:00", "04:00", "05:00"]);
  });

  test("show the hour that comes twice twice when it is put back, each an hour of the line", () => {
    const scale = { from: at("2026-10-24T23:00:00Z"), until: at("2026-10-25T03:00:00Z"), hour: 60 };
    const found = marksOf(scale, "Europe/Berlin").filter((mark) => mark.kind !== "part");
    expect(found.map((mark) => mark.label)).toEqual(["01:00", "02:00", "02:00", "03:00", "04:00"]);
    expect(found.map((mark) => xOf(scale, mark.at))).toEqual([0, 60, 120, 180, 240]);
  });

  test("are as many as can be read: fewer from afar, quarters from near", () => {
    expect(hours("2026-11-23T11:00:00Z", "2026-11-23T15:00:00Z", "UTC", 30)).toEqual(["12:00", "14:00"]);
    expect(hours("2026-11-23T11:00:00Z", "2026-11-23T11:30:00Z", "UTC", 400)).toEqual(["11:00", "11:15", "11:30"]);
  });

  test("say where a new day begins", () => {
    const marks = marksOf({ from: at("2026-11-23T22:00:00Z"), until: at("2026-11-24T02:00:00Z"), hour: 60 }, "UTC");
    expect(marks.filter((mark) => mark.kind === "day").map((mark) => mark.at)).toEqual([at("2026-11-24T00:00:00Z")]);
  });
});

describe("a dragged start", () => {
  const scale = { ...MORNING, hour: 60 }; // a pixel is a minute

  test("goes to five minutes", () => {
    expect(snapped(scale, MORNING.from + 2 * HOUR + 7 * MINUTE, [])).toBe(MORNING.from + 2 * HOUR + 5 * MINUTE);
  });

  test("goes to an edge that is near, such as the beginning of a window", () => {
    const window = MORNING.from + 2 * HOUR + 12 * MINUTE;
    expect(snapped(scale, window + 5 * MINUTE, [window])).toBe(window);
    expect(snapped(scale, window + 8 * MINUTE, [window])).toBe(MORNING.from + 2 * HOUR + 20 * MINUTE);
  });
});
