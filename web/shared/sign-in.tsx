/** The form that lets people in. */

import { type FormEvent, type ReactElement, useEffect, useId, useState } from "react";
import { Refused } from "./api";
import { type Me, openIdProvider, signIn } from "./session";
import type { SharedKey, Words } from "./texts";
import "./sign-in.css";

interface Props {
  readonly words: Words<SharedKey>;
  /** The session has ended while somebody was at work. */
  readonly ended: boolean;
  readonly onSignedIn: (me: Me) => void;
}

export function SignIn({ words, ended, onSignedIn }: Props): ReactElement {
  const [wrong, setWrong] = useState("");
  const [going, setGoing] = useState(false);
  const [provider, setProvider] = useState<string | null>(null);
  // Whoever cannot be told of another way signs in by password, and is told then if nobody answers.
  useEffect(() => void openIdProvider().then(setProvider, () => undefined), []);
  const [email, password, complaint] = [useId(), useId(), useId()];

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setGoing(true);
    setWrong("");
    try {
      onSignedIn(await signIn(String(form.get("email")), String(form.get("password"))));
    } catch (error) {
      setWrong(whatWentWrong(error, words));
    } finally {
      setGoing(false);
    }
  }

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)} aria-describedby={complaint}>
        <p className="brand">Fieldwright</p>
        <h1>{words.say("sign-in.title")}</h1>
        {ended && <p className="note">{words.say("sign-in.ended")}</p>}
        <label htmlFor={email}>{words.say("sign-in.email")}</label>
        <input id={email} name="email" type="email" autoComplete="username" required autoFocus maxLength={200} />
        <label htmlFor={password}>{words.say("sign-in.password")}</label>
        <input id={password} name="password" type="password" autoComplete="current-password" required />
        <p id={complaint} className="complaint" role="alert">
          {wrong}
        </p>
        <button type="submit" disabled={going}>
          {words.say(going ? "sign-in.going" : "sign-in.go")}
        </button>
        {provider !== null && (
          <>
            <p className="or">{words.say("sign-in.or")}</p>
            <a className="other-way" href="/api/v1/openid">
              {words.say("sign-in.with", { provider })}
            </a>
          </>
        )}
      </form>
    </main>
  );
}

function whatWentWrong(error: unknown, words: Words<SharedKey>): string {
  if (!(error instanceof Refused)) return words.say("sign-in.unreachable");
  if (error.status === 401) return words.say("sign-in.wrong");
  if (error.status === 429) {
    const seconds = Number(error.problem.retry_after ?? 60);
    return words.say("sign-in.wait", { minutes: Math.max(1, Math.ceil(seconds / 60)) });
  }
  return error.message;
}
