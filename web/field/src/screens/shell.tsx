/** The frame of the app: a screen, the line that says how sending stands, and the tabs below, under the thumb. */

import { type ReactElement, Suspense, useEffect, useRef, useState } from "react";
import type { Following } from "../duty/following";
import { useTheme } from "../look";
import { goTo, openVisit, type Tab, TABS, usePlace } from "../place";
import type { Kept } from "../sync";
import type { FieldWords } from "../texts";
import { useAreaAhead } from "../map/use-area";
import { useConfirmations } from "../work/confirm/use-confirmations";
import { SLOTS } from "../work/slots";
import { BarPlace } from "../pieces/bar";
import { Icon } from "../pieces/icon";
import type { Tongue } from "../pieces/language";
import { Me } from "./me/me";
import { Outbox } from "./outbox";
import { SyncLine } from "./sync-line";
import { Today } from "./today/today";
import { VisitPage } from "./visit/visit-page";

interface Props {
  readonly words: FieldWords;
  readonly tongue: Tongue;
  readonly kept: Kept;
  readonly following: Following;
}

export function Shell({ words, tongue, kept, following }: Props): ReactElement {
  const place = usePlace();
  useConfirmations(words);
  useAreaAhead();
  const [bar, setBar] = useState<HTMLElement | null>(null);
  useFocusOn(`${place.tab} ${place.visit} ${place.timeSheet}`);
  const waiting = kept.outbox.filter((one) => one.fate === "waiting").length;
  const refused = kept.outbox.filter((one) => one.fate === "refused").length;
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {words.say("skip")}
      </a>
      <BarPlace value={bar}>
        <Screen words={words} tongue={tongue} kept={kept} following={following} />
      </BarPlace>
      <footer className="foot">
        <div ref={setBar} />
        <SyncLine words={words} kept={kept} />
        <nav className="tabs" aria-label={words.say("tabs")}>
          {TABS.filter((tab) => tab !== "map" || SLOTS.MapTab !== undefined).map((tab) => (
            <button key={tab} type="button" aria-current={tab === place.tab ? "page" : undefined} onClick={() => goTo(tab)}>
              <Icon name={tab} />
              {words.say(NAMES[tab])}
              {tab === "outbox" && refused + waiting > 0 && <Badge count={refused > 0 ? refused : waiting} bad={refused > 0} />}
            </button>
          ))}
        </nav>
      </footer>
    </div>
  );
}

/** Who comes to another screen goes on reading there, by eye, by ear or by keyboard. */
function useFocusOn(screen: string): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current !== screen) document.getElementById("content")?.focus({ preventScroll: true });
    before.current = screen;
  }, [screen]);
}

const NAMES = { today: "tab.today", map: "tab.map", outbox: "tab.outbox", me: "tab.me" } as const satisfies Record<Tab, string>;

/** How many; the line above says it in words. */
function Badge({ count, bad }: { readonly count: number; readonly bad: boolean }): ReactElement {
  return (
    <span className={bad ? "badge bad" : "badge"} aria-hidden="true">
      {count}
    </span>
  );
}

function Screen({ words, tongue, kept, following }: Props): ReactElement {
  const { tab, visit, timeSheet } = usePlace();
  const theme = useTheme();
  if (visit !== null) {
    return <VisitPage key={visit} words={words} kept={kept} visit={visit} here={following.here} onBack={() => goTo(tab)} />;
  }
  if (timeSheet && SLOTS.TimeSheet !== undefined) return <SLOTS.TimeSheet words={words} onClose={() => goTo("me")} />;
  if (tab === "outbox") return <Outbox words={words} kept={kept} />;
  if (tab === "me") return <Me words={words} tongue={tongue} kept={kept} following={following} />;
  if (tab === "map" && SLOTS.MapTab !== undefined) {
    return (
      <Suspense fallback={<main className="screen" aria-busy="true" />}>
        <SLOTS.MapTab words={words} theme={theme} onVisit={(id) => openVisit(id, "map")} />
      </Suspense>
    );
  }
  return <Today words={words} kept={kept} here={following.here} />;
}
