/** Keys as people write them: "ctrl+k", "shift+enter", "g b" (one after the other), "?". */

const MODIFIERS = ["ctrl", "alt", "shift"] as const;

const NAMES: Readonly<Record<string, string>> = {
  " ": "space",
  escape: "esc",
  arrowup: "up",
  arrowdown: "down",
  arrowleft: "left",
  arrowright: "right",
};

/** What was pressed, as it is written. Command on a Mac is Ctrl elsewhere; shift is only said where it changes no sign. */
export function pressed(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key.toLowerCase();
  const name = NAMES[key] ?? key;
  const sign = name.length === 1 && !/[a-z0-9]/.test(name);
  const held = { ctrl: event.ctrlKey || event.metaKey, alt: event.altKey, shift: event.shiftKey && !sign };
  return [...MODIFIERS.filter((one) => held[one]), name].join("+");
}

/** The keys of a command in the order in which they are pressed: mostly one. */
export function sequence(key: string): readonly string[] {
  return key
    .toLowerCase()
    .split(" ")
    .map((one) => {
      const parts = one.split(/\+(?=.)/);
      const name = parts.at(-1) ?? "";
      return [...MODIFIERS.filter((modifier) => parts.slice(0, -1).includes(modifier)), name].join("+");
    });
}

const SHOWN: Readonly<Record<string, string>> = {
  ctrl: "Ctrl",
  alt: "Alt",
  shift: "⇧",
  esc: "Esc",
  enter: "⏎",
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  space: "␣",
  delete: "Del",
  backspace: "⌫",
};

/** How a key is shown: its parts, each on a key cap. */
export function caps(key: string): readonly string[] {
  return sequence(key).flatMap((one) =>
    one.split(/\+(?=.)/).map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part)),
  );
}

/** Whether somebody is writing: single letters are text then, not commands. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type);
}
