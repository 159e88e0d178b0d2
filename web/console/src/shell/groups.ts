/** Under which heading a command stands. */

import type { Command } from "../commands";
import type { Words } from "../words";
import { TEXTS, type ShellKey } from "./texts";

export function groupName(command: Command, words: Words<ShellKey>): string {
  if (command.group !== undefined) return command.group[words.language];
  const key = `shell.group.${command.id.split(".")[0] ?? ""}`;
  return words.say(key in TEXTS ? (key as ShellKey) : "shell.group.other");
}
