/** What stands round every page: the rail, the top bar, the palette, and what is said at the foot. */

import { type ReactElement, useEffect } from "react";
import { type Route, ROUTES } from "./routes";
import { Commands } from "./commands";
import { Guarded } from "./guarded";
import { KeyHelp } from "./key-help";
import type { LookProps } from "./look-switches";
import { Notices } from "./notices";
import { OfflineBanner } from "./offline-banner";
import { Palette } from "./palette";
import { Rail } from "./rail";
import { SignInAgain } from "./sign-in-again";
import { TopBar } from "./top-bar";
import { TEXTS } from "./texts";
import { Redirect, Route as Shown, Switch, useLocation } from "wouter";
import { live } from "../live";
import { Button, Empty } from "../pieces";
import { useMe } from "../session";
import { useWords } from "../words";
import "./shell.css";

export function Shell(look: LookProps): ReactElement {
  const words = useWords(TEXTS);
  const me = useMe();
  const mayRead = me.rights.includes("read plans");
  useEffect(() => live.show(live.day, look.language), [look.language]);
  useEffect(() => (mayRead ? live.start() : undefined), [mayRead]);
  if (!mayRead) return <NotForThem />;
  return (
    <div className="shell">
      <a className="shell-skip" href="#work" onClick={skip}>
        {words.say("shell.skip")}
      </a>
      <Rail />
      <TopBar {...look} />
      <main className="shell-work" id="work" tabIndex={-1}>
        <Pages />
      </main>
      <OfflineBanner />
      <Notices />
      <Palette />
      <KeyHelp />
      <Commands {...look} />
      <SignInAgain me={me} />
    </div>
  );
}

/** The address is the page's, and stays. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById("work")?.focus();
}

function Pages(): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  return (
    <Switch>
      {ROUTES.flatMap((route: Route) =>
        route.paths.map((path) => (
          // One key for all paths of a page: it stays as it is while its address names something else.
          <Shown key={route.id} path={path}>
            <Guarded>
              <route.page />
            </Guarded>
          </Shown>
        )),
      )}
      <Shown path="/">
        <Redirect to="/board" replace />
      </Shown>
      <Shown>
        <Empty icon="question" title={words.say("shell.no-page")} action={<Button onPress={() => go("/board")}>{words.say("shell.go.board")}</Button>}>
          {words.say("shell.no-page.text")}
        </Empty>
      </Shown>
    </Switch>
  );
}

function NotForThem(): ReactElement {
  const words = useWords(TEXTS);
  return (
    <main className="shell-before">
      <Empty icon="phone" title={words.say("shell.technician.only")} action={<Button kind="main" onPress={() => location.assign("/field")}>{words.say("shell.technician.only.go")}</Button>}>
        {words.say("shell.technician.only.text")}
      </Empty>
    </main>
  );
}
