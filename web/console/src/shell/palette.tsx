/** Search and commands in one: what is on the board at once, customers and jobs from the server, and every command. */

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useLocation } from "wouter";
import { registry } from "../commands";
import { Icon, Keys, Waiting } from "../pieces";
import { useWords } from "../words";
import { commandsFound, type Found, onBoard, onServer } from "./finding";
import { open, useOpened } from "./open";
import { TEXTS } from "./texts";

export function Palette(): ReactElement {
  const words = useWords(TEXTS);
  const opened = useOpened();
  const shown = opened === "palette" || opened === "commands";
  return (
    <ModalOverlay className="piece-shade top" isOpen={shown} onOpenChange={(yes) => !yes && open(null)} isDismissable>
      <Modal className="shell-palette">
        <Dialog aria-label={words.say("shell.palette")} className="shell-palette-frame">
          {shown && <Finder commandsFirst={opened === "commands"} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Finder({ commandsFirst }: { readonly commandsFirst: boolean }): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const sought = useDeferredValue(text.trim());
  const settled = useSettled(sought);
  const only = sought.startsWith(">");
  const server = useQuery({
    queryKey: ["found", settled],
    queryFn: ({ signal }) => onServer(settled, words, go, signal),
    enabled: settled.length >= 2 && !settled.startsWith(">"),
    staleTime: 30_000,
  });
  const found = useMemo<readonly Found[]>(() => {
    const commands = commandsFound(registry.available(), only ? sought.slice(1).trim() : sought, words);
    if (only) return commands;
    const here = onBoard(sought, words, go);
    const there = settled === sought ? (server.data ?? []) : [];
    const known = new Set(here.map((one) => one.id));
    const rows = [...here, ...there.filter((one) => !known.has(one.id))];
    return commandsFirst && sought === "" ? [...commands, ...rows] : [...rows, ...commands];
  }, [sought, settled, only, server.data, words, go, commandsFirst]);
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const run = (one: Found | undefined): void => {
    if (one === undefined) return;
    open(null);
    // The dialog gives the focus back first; a command may want it elsewhere.
    requestAnimationFrame(one.run);
  };
  const key = (event: KeyboardEvent): void => {
    const last = found.length - 1;
    const steps: Readonly<Record<string, number>> = { ArrowDown: chosen >= last ? 0 : chosen + 1, ArrowUp: chosen <= 0 ? last : chosen - 1, PageDown: Math.min(last, chosen + 8), PageUp: Math.max(0, chosen - 8) };
    const next = steps[event.key];
    if (next !== undefined) setAt(next);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) run(found[chosen]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="shell-palette-head">
        <Icon name="search" size={18} />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-label={words.say("shell.find")}
          placeholder={words.say("shell.search")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={key}
          spellCheck={false}
          autoComplete="off"
        />
        <Keys keys="esc" />
      </div>
      <div className="shell-palette-list" id={id} role="listbox" aria-label={words.say("shell.palette")} ref={list}>
        {found.map((one, index) => (
          <Entry key={one.id} id={`${id}-${index}`} one={one} heads={found[index - 1]?.group !== one.group} chosen={index === chosen} onPoint={() => setAt(index)} onRun={() => run(one)} />
        ))}
      </div>
      {found.length === 0 && !server.isFetching && <p className="shell-palette-none">{words.say("shell.search.none", { text: sought })}</p>}
      {server.isFetching && <Waiting>{words.say("shell.search.looking")}</Waiting>}
      <footer className="shell-palette-foot" aria-hidden="true">
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd> {words.say("shell.search.keys")}
        </span>
        <span>
          <kbd>⏎</kbd> {words.say("shell.search.open")}
        </span>
        <span>
          <kbd>&gt;</kbd> {words.say("shell.search.only")}
        </span>
      </footer>
    </>
  );
}

interface EntryProps {
  readonly id: string;
  readonly one: Found;
  readonly heads: boolean;
  readonly chosen: boolean;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}

function Entry({ id, one, heads, chosen, onPoint, onRun }: EntryProps): ReactElement {
  return (
    <>
      {heads && (
        <p className="shell-palette-group" role="presentation">
          {one.group}
        </p>
      )}
      <div id={id} role="option" aria-selected={chosen} className="shell-palette-entry" onPointerMove={onPoint} onClick={onRun}>
        <span className="shell-palette-sign">{one.mark ?? <Icon name={one.icon} />}</span>
        <span className="shell-palette-title">{one.title}</span>
        {one.detail !== undefined && <span className="shell-palette-detail">{one.detail}</span>}
        {one.key !== undefined && <Keys keys={one.key} />}
      </div>
    </>
  );
}

/** What was written, once nothing more has been for a moment: the server is not asked at every letter. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const due = setTimeout(() => setSettled(text), 160);
    return () => clearTimeout(due);
  }, [text]);
  return settled;
}
