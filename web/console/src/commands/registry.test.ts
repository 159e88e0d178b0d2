import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { caps, pressed, sequence } from "./keys";
import { type Command, Registry } from "./registry";

const KEY = { key: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const press = (key: string, held: Partial<typeof KEY> = {}): typeof KEY => ({ ...KEY, ...held, key });
const command = (id: string, key: string, more: Partial<Command> = {}): Command => ({ id, key, title: { en: id, zh: id }, run: vi.fn(), ...more });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what was pressed", () => {
  test("is written with what is held, Command as Ctrl, and shift only where it changes no sign", () => {
    expect(pressed(press("k", { metaKey: true }))).toBe("ctrl+k");
    expect(pressed(press("?", { shiftKey: true }))).toBe("?");
    expect(pressed(press("P", { shiftKey: true }))).toBe("shift+p");
    expect(pressed(press("ArrowLeft", { altKey: true }))).toBe("alt+left");
  });

  test("is compared with keys in any order, and the plus sign is a key", () => {
    expect(sequence("Shift+Ctrl+z")).toEqual(["ctrl+shift+z"]);
    expect(sequence("ctrl++")).toEqual(["ctrl++"]);
    expect(caps("ctrl+k")).toEqual(["Ctrl", "K"]);
    expect(caps("g b")).toEqual(["G", "B"]);
  });
});

describe("commands", () => {
  test("are given by one key or by several, one after the other", () => {
    const registry = new Registry();
    const board = command("go", "g b");
    registry.add(board);
    const later = vi.fn();
    expect(registry.hear(press("g"), false, later)).toBeNull();
    expect(registry.hear(press("b"), false, later)).toBe(board);
    expect(registry.hear(press("b"), false, later)).toBeNull();
    registry.hear(press("g"), false, later);
    vi.advanceTimersByTime(2000);
    expect(registry.hear(press("b"), false, later)).toBeNull();
    expect(later).not.toHaveBeenCalled();
  });

  test("that begin another one wait until it is decided", () => {
    const registry = new Registry();
    const pin = command("pin", "p");
    const show = command("show", "p s");
    registry.add(pin);
    registry.add(show);
    const later = vi.fn();
    expect(registry.hear(press("p"), false, later)).toBeNull();
    expect(registry.hear(press("s"), false, later)).toBe(show);
    expect(registry.hear(press("p"), false, later)).toBeNull();
    vi.advanceTimersByTime(400);
    expect(later).toHaveBeenCalledExactlyOnceWith(pin);
    registry.hear(press("p"), false, later);
    registry.hear(press("x"), false, later);
    expect(later).toHaveBeenCalledTimes(2);
  });

  test("that are held down are known by their own key and begin no other", () => {
    const registry = new Registry();
    const pin = command("pin", "p");
    const on = command("on", "right", { repeats: true });
    for (const one of [pin, command("show", "p s"), on]) registry.add(one);
    const later = vi.fn();
    expect(registry.hear(press("p"), false, later)).toBeNull();
    expect(registry.held(press("p"), false)).toBe(pin);
    expect(registry.held(press("ArrowRight"), false)).toBe(on);
    expect(registry.held(press("s"), false)).toBeNull();
    vi.advanceTimersByTime(2000);
    expect(later).toHaveBeenCalledExactlyOnceWith(pin);
  });

  test("wait while somebody writes, except those with Ctrl", () => {
    const registry = new Registry();
    const palette = command("palette", "ctrl+k");
    registry.add(palette);
    registry.add(command("filter", "f"));
    expect(registry.hear(press("f"), true, vi.fn())).toBeNull();
    expect(registry.hear(press("k", { ctrlKey: true }), true, vi.fn())).toBe(palette);
  });

  test("of one id are replaced by the latest, which leaves as it came", () => {
    const registry = new Registry();
    registry.add(command("open", "o"));
    const inner = command("open", "o");
    const leave = registry.add(inner);
    expect(registry.available()).toEqual([inner]);
    leave();
    expect(registry.available()).toHaveLength(1);
    expect(registry.available()[0]).not.toBe(inner);
  });

  test("that cannot be given now are not", () => {
    const registry = new Registry();
    registry.add(command("pin", "p", { when: () => false }));
    expect(registry.available()).toEqual([]);
    expect(registry.all()).toHaveLength(1);
    expect(registry.hear(press("p"), false, vi.fn())).toBeNull();
  });
});
