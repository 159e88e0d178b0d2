/** The commands that are there on every page, and what hears the keys. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { isWriting, registry, useCommand } from "../commands";
import { tell } from "../notices";
import { useSentenceOf } from "../pieces";
import { select, selectionNow, showProposal } from "../select";
import { useMe } from "../session";
import { recallDone, undoLast, useLastDone } from "../undo";
import { useWords } from "../words";
import { stepDay } from "./day-choice";
import type { LookProps } from "./look-switches";
import { open, useOpened } from "./open";
import { type Section, SECTIONS } from "./routes";
import { TEXTS } from "./texts";

export function Commands({ language, theme, onLanguage, onTheme }: LookProps): React.ReactElement {
  const words = useWords(TEXTS);
  const sentence = useSentenceOf();
  const [, go] = useLocation();
  const me = useMe();
  const opened = useOpened();
  const last = useLastDone();
  const client = useQueryClient();
  useEffect(() => recallDone(me.id), [me.id]);
  useKeys(opened !== null);

  const undo = (): void => {
    if (last === null) {
      tell(words.say("shell.undo.none"));
      return;
    }
    const { title } = last;
    undoLast()
      .then(
        () => tell(words.say("shell.undone", { title })),
        (error: unknown) => tell(words.say("shell.undo.failed", { title, why: sentence(error) }), { tone: "bad" }),
      )
      // What was undone may show anywhere on the page. A first answer that is still under way may be older than the
      // undoing, and would be waited for instead of asked for anew.
      .then(() => client.cancelQueries())
      .then(() => client.invalidateQueries());
  };

  useCommand({ id: "app.palette", title: TEXTS["shell.palette.open"], key: "ctrl+k", run: () => open("commands") });
  useCommand({ id: "app.find", title: TEXTS["shell.find"], key: "/", run: () => open("palette") });
  useCommand({ id: "app.keys", title: TEXTS["shell.keys"], key: "?", run: () => open("keys") });
  useCommand({ id: "app.undo", title: TEXTS["shell.undo"], key: "ctrl+z", when: () => !isWriting(document.activeElement), run: undo });
  useCommand({
    id: "app.nothing",
    title: TEXTS["shell.nothing"],
    key: "esc",
    when: () => selectionNow().length > 0,
    run: () => {
      select(null);
      showProposal(null);
    },
  });
  useCommand({ id: "app.day-before", title: TEXTS["shell.day.before"], key: "alt+left", repeats: true, run: () => stepDay(-1, language) });
  useCommand({ id: "app.day-after", title: TEXTS["shell.day.after"], key: "alt+right", repeats: true, run: () => stepDay(1, language) });
  useCommand({ id: "app.language", title: TEXTS["shell.language"], key: "g l", run: () => onLanguage(language === "en" ? "zh" : "en") });
  useCommand({ id: "app.theme", title: TEXTS["shell.theme"], key: "g t", run: () => onTheme(theme === "dark" ? "light" : "dark") });
  useCommand({ id: "app.go-print", title: TEXTS["shell.go.print"], run: () => go("/print") });
  return (
    <>
      {SECTIONS.filter((one) => me.rights.includes(one.right)).map((section) => (
        <GoTo key={section.path} section={section} onGo={go} />
      ))}
    </>
  );
}

function GoTo({ section, onGo }: { readonly section: Section; readonly onGo: (path: string) => void }): null {
  useCommand({ id: `app.go${section.path.replace("/", "-")}`, title: TEXTS[section.go], key: section.key, run: () => onGo(section.path) });
  return null;
}

/**
 * Keys go to what has the focus first, and then to the commands; unless a dialog is open. With Ctrl held it is the other
 * way round: buttons and tabs keep every key to themselves, and none of them does anything with Ctrl.
 */
function useKeys(dialog: boolean): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      // Whoever has dealt with the key has done so; and a dialog keeps its keys to itself.
      if (event.defaultPrevented || event.isComposing || dialog) return;
      if (isAbove(event.target) && !event.ctrlKey) return;
      const writing = isWriting(event.target);
      const command = event.repeat ? registry.held(event, writing) : registry.hear(event, writing, (one) => one.run());
      if (command === null) return;
      event.preventDefault();
      // Who holds a key down has decided once; what the command would be given for by then is something else.
      if (!event.repeat || command.repeats) command.run();
    };
    // Where somebody writes, and in what lies above the page, the keys with Ctrl mean what they mean there.
    const isFirst = (event: KeyboardEvent): boolean => (event.ctrlKey || event.metaKey) && !isWriting(event.target) && !isAbove(event.target);
    const early = (event: KeyboardEvent): void => {
      if (!isFirst(event)) return;
      hear(event);
      if (event.defaultPrevented) event.stopPropagation();
    };
    const late = (event: KeyboardEvent): void => {
      if (!isFirst(event)) hear(event);
    };
    addEventListener("keydown", early, true);
    addEventListener("keydown", late);
    return () => {
      removeEventListener("keydown", early, true);
      removeEventListener("keydown", late);
    };
  }, [dialog]);
}

/** In a dialog or a menu. */
function isAbove(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
