/** All commands that can be given now, by id. The latest to register under an id wins while it is there. */

import type { Text } from "../words";
import { pressed, sequence } from "./keys";

export interface Command {
  /** Unique, by area: "timeline.zoom-in". */
  readonly id: string;
  /** A row of the folder's table, such as `TEXTS["timeline.zoom-in"]`. */
  readonly title: Text;
  /** Under which heading the help of keys has it; else under that of the id's area. */
  readonly group?: Text;
  readonly key?: string;
  /** Whether it can be given now; else always. */
  readonly when?: () => boolean;
  /** Whether it is also given while somebody writes; keys with Ctrl are anyway. */
  readonly evenWriting?: boolean;
  /** Whether it goes on while its key is held down, as steps and zooming do; else it is given once. */
  readonly repeats?: boolean;
  readonly run: () => void;
}

/** A second key must follow within this time. */
const NEXT_MS = 1200;
/** Within this one where the first gives a command by itself: that one waits for so long. */
const DECIDED_MS = 350;

export class Registry {
  #commands: readonly Command[] = [];
  #begun: readonly string[] = [];
  /** What the keys so far would give by themselves. */
  #due: Command | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get commands(): readonly Command[] {
    return this.#commands;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(command: Command): () => void {
    this.#set([...this.#commands, command]);
    return () => this.#set(this.#commands.filter((one) => one !== command));
  }

  /** All commands of this page, each id once. */
  all(): readonly Command[] {
    return [...new Map(this.#commands.map((one) => [one.id, one])).values()];
  }

  /** Those that can be given now. */
  available(): readonly Command[] {
    return this.all().filter((one) => one.when === undefined || one.when());
  }

  /**
   * A key was pressed: the command that it gives, null where it gives none. It may begin one of several keys; where it
   * also gives a command by itself, that one is given to `later` once no other key has followed.
   */
  hear(event: Parameters<typeof pressed>[0], writing: boolean, later: (command: Command) => void): Command | null {
    const key = pressed(event);
    if (["control", "shift", "alt", "meta"].some((one) => key.endsWith(one))) return null;
    const before = this.#begun;
    const due = this.#forget();
    const usable = this.#usable(key, writing);
    for (const soFar of before.length > 0 ? [[...before, key], [key]] : [[key]]) {
      const begins = usable.filter((one) => startsWith(sequence(one.key ?? ""), soFar));
      const whole = begins.findLast((one) => sequence(one.key ?? "").length === soFar.length) ?? null;
      if (begins.length === 0) continue;
      // What a key before would have given is given now, unless this one went on from it.
      if (due !== null && soFar.length === 1) later(due);
      if (whole !== null && begins.every((one) => sequence(one.key ?? "").length === soFar.length)) return whole;
      this.#begin(soFar, whole, later);
      return null;
    }
    if (due !== null) later(due);
    return null;
  }

  /** The command that a key gives by itself, for while it is held down; it begins nothing. */
  held(event: Parameters<typeof pressed>[0], writing: boolean): Command | null {
    const key = pressed(event);
    return this.#usable(key, writing).findLast((one) => sequence(one.key ?? "").join(" ") === key) ?? null;
  }

  #usable(key: string, writing: boolean): readonly Command[] {
    const plain = !key.startsWith("ctrl+");
    return this.available().filter((one) => one.key !== undefined && !(writing && plain && !one.evenWriting));
  }

  #begin(keys: readonly string[], whole: Command | null, later: (command: Command) => void): void {
    this.#begun = keys;
    this.#due = whole;
    this.#timer = setTimeout(
      () => {
        const due = this.#forget();
        if (due !== null) later(due);
      },
      whole === null ? NEXT_MS : DECIDED_MS,
    );
  }

  #forget(): Command | null {
    clearTimeout(this.#timer);
    const due = this.#due;
    this.#begun = [];
    this.#due = null;
    return due;
  }

  #set(next: readonly Command[]): void {
    this.#commands = next;
    for (const listener of this.#listeners) listener();
  }
}

function startsWith(keys: readonly string[], begin: readonly string[]): boolean {
  return begin.every((one, index) => keys[index] === one);
}
