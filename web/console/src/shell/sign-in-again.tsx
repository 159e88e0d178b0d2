/** The session has ended while somebody was at work: they sign in again over the page, which stays as it is. */

import { type FormEvent, type ReactElement, useEffect, useState, useSyncExternalStore } from "react";
import { type Me, openIdProvider, signIn, whoAmI } from "@fieldwright/shared/session";
import { live } from "../live";
import { Button, Dialog, Field, useSentenceOf } from "../pieces";
import { Refused } from "../request";
import { hasEnded, onSession, sessionBegan } from "../request/signed-out";
import { useWords } from "../words";
import { leave } from "./leave";
import { TEXTS } from "./texts";

export function SignInAgain({ me }: { readonly me: Me }): ReactElement {
  const words = useWords(TEXTS);
  const sentence = useSentenceOf();
  const ended = useSyncExternalStore(onSession, hasEnded);
  const [wrong, setWrong] = useState("");
  const [going, setGoing] = useState(false);

  const provider = useOtherWay(ended);

  const comesIn = (now: Me): void => {
    // What another person had begun is not for this one to see, and what waits of theirs is not sent in this one's name.
    if (now.id !== me.id) {
      leave();
      return;
    }
    sessionBegan();
    live.again();
  };
  // Whoever signs in elsewhere, as in another tab by OpenID, is in here too when they come back.
  useEffect(() => {
    if (!ended) return undefined;
    const look = (): void => void whoAmI().then((now) => now !== null && comesIn(now), () => undefined);
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [ended, me.id]);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setGoing(true);
    setWrong("");
    try {
      comesIn(await signIn(String(form.get("email")), String(form.get("password"))));
    } catch (error) {
      setWrong(error instanceof Refused && error.status === 401 ? words.say("sign-in.wrong") : sentence(error));
    } finally {
      setGoing(false);
    }
  };

  return (
    <Dialog title={words.say("shell.ended")} isOpen={ended} onClose={() => undefined} size="small" mustAnswer role="alertdialog">
      <form className="shell-again" onSubmit={(event) => void submit(event)}>
        <p>{words.say("shell.ended.text")}</p>
        <Field label={words.say("sign-in.email")} name="email" type="email" autoComplete="username" isRequired autoFocus />
        <Field label={words.say("sign-in.password")} name="password" type="password" autoComplete="current-password" isRequired error={wrong} />
        {provider !== null && (
          <p className="shell-again-other">
            <a href="/api/v1/openid" target="_blank" rel="noopener">
              {words.say("sign-in.with", { provider })}
            </a>{" "}
            {words.say("shell.ended.tab")}
          </p>
        )}
        <div className="shell-again-foot">
          <Button kind="quiet" onPress={() => location.reload()}>
            {words.say("shell.ended.other")}
          </Button>
          <Button kind="main" type="submit" waiting={going}>
            {words.say("sign-in.go")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The host of the provider that people may sign in with instead; asked for once it matters. */
function useOtherWay(ended: boolean): string | null {
  const [provider, setProvider] = useState<string | null>(null);
  useEffect(() => {
    // Whoever cannot be told of another way signs in by password.
    if (ended) void openIdProvider().then(setProvider, () => undefined);
  }, [ended]);
  return provider;
}
