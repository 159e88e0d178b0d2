/** Who is here: the form to sign in, the word that the phone was emptied, or the day. */

import { type ReactElement, useEffect, useMemo, useState } from "react";
import { firstLanguage, keepLanguage, type Language, words } from "@fieldwright/shared/texts";
import { useFollowing } from "./duty/following";
import { Shell } from "./screens/shell";
import { SignIn } from "./screens/sign-in";
import { Wiped } from "./screens/wiped";
import { wakeAgain } from "./access/push";
import { keepInStep, useDay, useKept, useStanding } from "./sync";
import { expire } from "./sync/round";
import { useToldLanguage } from "./told-language";
import { TEXTS } from "./texts";
import { isUnanswered } from "./work/unanswered";

export function App(): ReactElement {
  const kept = useKept();
  const { me } = useDay();
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const zone = me?.time_zone;
  const spoken = useMemo(() => words(TEXTS, language, zone), [language, zone]);
  const token = kept?.meta.device?.token ?? null;

  useEffect(() => {
    keepLanguage(language);
    document.title = spoken.say("title.page");
  }, [language, spoken]);
  useEffect(() => (token === null ? undefined : keepInStep()), [token]);
  useEffect(forgetInTime, []);
  useWakingAgain(token);
  useToldLanguage(language, token !== null);
  const following = useFollowing(token !== null);

  if (kept === null) return <main className="blank" aria-busy="true" />;
  const tongue = { language, change: setLanguage };
  if (kept.meta.wiped !== undefined && token === null) return <Wiped words={spoken} tongue={tongue} />;
  if (token === null) return <SignIn words={spoken} tongue={tongue} kept={kept} />;
  return <Shell words={spoken} tongue={tongue} kept={kept} following={following} />;
}

/** Who has signed in again is woken as before; tried after each round that the network came back for. */
function useWakingAgain(token: string | null): void {
  const { went } = useStanding();
  useEffect(() => {
    if (token === null || went !== "done") return;
    wakeAgain().catch((error: unknown) => {
      if (!isUnanswered(error)) console.error(error);
    });
  }, [token, went]);
}

const LOOK_MS = 60_000;

/** A day whose time is over goes by itself, whoever is signed in, with a network or without. */
function forgetInTime(): () => void {
  const look = (): void => void expire().catch((error: unknown) => console.error(error));
  look();
  const looking = setInterval(look, LOOK_MS);
  return () => clearInterval(looking);
}
