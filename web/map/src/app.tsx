/** Who is here: the form to sign in, or the map. */

import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { type Me, signOut, whoAmI } from "@fieldwright/shared/session";
import { SignIn } from "@fieldwright/shared/sign-in";
import { firstLanguage, keepLanguage, type Language, words } from "@fieldwright/shared/texts";
import { firstTheme, keepTheme, type Theme } from "@fieldwright/shared/theme";
import { MapPage } from "./map-page";
import { TEXTS } from "./texts";

type Somebody = Me | "nobody" | "nobody-any-more" | "unknown" | "unreachable";

export function App(): ReactElement {
  const [who, setWho] = useState<Somebody>("unknown");
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [theme, setTheme] = useState<Theme>(firstTheme);
  const [timeZone, setTimeZone] = useState<string>();
  const spoken = useMemo(() => words(TEXTS, language, timeZone), [language, timeZone]);

  const look = useCallback((): void => {
    setWho("unknown");
    whoAmI().then(
      (me) => setWho(me ?? "nobody"),
      () => setWho("unreachable"),
    );
  }, []);
  useEffect(look, [look]);
  useEffect(() => {
    keepLanguage(language);
    document.title = spoken.say("title.page");
  }, [language, spoken]);

  const leave = useCallback(() => setWho("nobody-any-more"), []);
  const goOut = useCallback((): void => {
    signOut().then(
      () => setWho("nobody"),
      () => setWho("nobody-any-more"),
    );
  }, []);

  const changeTheme = (): void => {
    const other = theme === "dark" ? "light" : "dark";
    keepTheme(other);
    setTheme(other);
  };
  const changeLanguage = (): void => setLanguage(language === "en" ? "zh" : "en");

  if (who === "unknown") return <main className="waiting" aria-busy="true" />;
  if (who === "unreachable") {
    return (
      <main className="waiting">
        <p role="alert">{spoken.say("failed.unreachable")}</p>
        <button type="button" className="plain" onClick={look}>
          {spoken.say("try-again")}
        </button>
      </main>
    );
  }
  const switches = (
    <>
      <button type="button" className="switch" onClick={changeLanguage} lang={language === "en" ? "zh" : "en"}>
        {spoken.say("language.other")}
      </button>
      <button type="button" className="switch" onClick={changeTheme}>
        {spoken.say(theme === "dark" ? "theme.light" : "theme.dark")}
      </button>
    </>
  );
  if (who === "nobody" || who === "nobody-any-more") {
    return (
      <>
        <div className="corner">{switches}</div>
        <SignIn words={spoken} ended={who === "nobody-any-more"} onSignedIn={setWho} />
      </>
    );
  }
  return (
    <MapPage
      me={who}
      words={spoken}
      theme={theme}
      switches={switches}
      onTimeZone={setTimeZone}
      onSignedOut={leave}
      onSignOut={goOut}
    />
  );
}
