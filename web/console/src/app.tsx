/** Who is here: the form to sign in, or the console. */

import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { type Me, whoAmI } from "@fieldwright/shared/session";
import { SignIn } from "@fieldwright/shared/sign-in";
import { firstLanguage, keepLanguage, type Language } from "@fieldwright/shared/texts";
import { firstTheme, keepTheme, type Theme } from "@fieldwright/shared/theme";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { useBoardPart } from "./live";
import { Button, Empty } from "./pieces";
import { queryClient } from "./query-client";
import { MeContext } from "./session";
import { takeTab } from "./session/tab";
import { LookSwitches } from "./shell/look-switches";
import { Shell } from "./shell/shell";
import { TEXTS } from "./shell/texts";
import { ThemeContext } from "./theme";
import { type Reading, ReadingContext, wordsOf } from "./words";

type Somebody = Me | "nobody" | "unknown" | "unreachable";

const client = queryClient();

export function App(): ReactElement {
  const [who, setWho] = useState<Somebody>("unknown");
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [theme, setTheme] = useState<Theme>(firstTheme);
  const timeZone = useBoardPart((board) => board?.time_zone);
  const reading = useMemo<Reading>(() => ({ language, timeZone }), [language, timeZone]);
  const words = wordsOf(TEXTS, language, timeZone);

  const comesIn = (me: Me): void => {
    takeTab(me.id);
    setWho(me);
  };
  const look = useCallback((): void => {
    setWho("unknown");
    whoAmI().then(
      (me) => (me === null ? setWho("nobody") : comesIn(me)),
      () => setWho("unreachable"),
    );
  }, []);
  useEffect(look, [look]);
  useEffect(() => {
    keepLanguage(language);
    document.title = words.say("shell.title");
  }, [language, words]);

  const changeTheme = useCallback((next: Theme): void => {
    keepTheme(next);
    setTheme(next);
  }, []);

  return (
    <QueryClientProvider client={client}>
      <I18nProvider locale={language === "zh" ? "zh-CN" : "en-GB"}>
        <ReadingContext value={reading}>
          <ThemeContext value={theme}>
            <Router hook={useHashLocation}>{content()}</Router>
          </ThemeContext>
        </ReadingContext>
      </I18nProvider>
    </QueryClientProvider>
  );

  function content(): ReactElement {
    const switches = <LookSwitches language={language} theme={theme} onLanguage={setLanguage} onTheme={changeTheme} />;
    if (who === "unknown") return <main className="shell-before" aria-busy="true" />;
    if (who === "unreachable") {
      return (
        <main className="shell-before">
          <Empty icon="offline" title={words.say("shell.unreachable")} action={<Button onPress={look}>{words.say("try-again")}</Button>}>
            {words.say("shell.unreachable.next")}
          </Empty>
        </main>
      );
    }
    if (who === "nobody") {
      return (
        <div className="shell-door">
          <div className="shell-corner">{switches}</div>
          <SignIn words={words} ended={false} onSignedIn={comesIn} />
        </div>
      );
    }
    return (
      <MeContext value={who}>
        <Shell language={language} theme={theme} onLanguage={setLanguage} onTheme={changeTheme} />
      </MeContext>
    );
  }
}
