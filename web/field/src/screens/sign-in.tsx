/** The form that lets a technician in on this phone. */

import { type FormEvent, type ReactElement, useEffect, useId, useRef, useState } from "react";
import { Refused } from "@fieldwright/shared/api";
import { LANGUAGES } from "@fieldwright/shared/texts";
import { signIn, signInBySession, suggestedName } from "../access/device";
import { AWAY, comeBack, leaving, useProvider } from "../access/provider";
import { codeOf, Revoked } from "../access/request";
import { Languages, type Tongue } from "../pieces/language";
import type { Kept } from "../sync";
import type { FieldWords } from "../texts";

interface Props {
  readonly words: FieldWords;
  readonly tongue: Tongue;
  readonly kept: Kept;
}

export function SignIn({ words, tongue, kept }: Props): ReactElement {
  const [wrong, setWrong] = useState("");
  const [going, setGoing] = useState(false);
  const [email, password, called, complaint] = [useId(), useId(), useId(), useId()];
  const known = kept.meta.device;
  const waiting = kept.outbox.filter((one) => one.fate === "waiting").length;

  const name = useRef<HTMLInputElement>(null);
  const provider = useProvider();

  useEffect(() => {
    const back = comeBack();
    if (back !== null) void come(() => signInBySession(back), true);
    // Once, when the page opens: the provider sends to no other.
  }, []);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void come(() => signIn(String(form.get("email")), String(form.get("password")), String(form.get("called"))), false);
  }

  async function come(how: () => Promise<string | null>, fromProvider: boolean): Promise<void> {
    setGoing(true);
    setWrong("");
    try {
      const language = await how();
      // The phone speaks one of ours: that is theirs, and the operation is told. Else the operation knows better.
      const spoken = LANGUAGES.find((one) => language?.startsWith(one));
      const foreign = !navigator.languages.some((one) => LANGUAGES.some((ours) => one.startsWith(ours)));
      if (spoken !== undefined && known === undefined && foreign) tongue.change(spoken);
    } catch (error) {
      setWrong(fromProvider && error instanceof Refused ? error.message : whatWentWrong(error, words));
    } finally {
      setGoing(false);
    }
  }

  return (
    <main className="door" id="content">
      <form onSubmit={submit} aria-describedby={complaint}>
        <p className="brand">
          <img src="/field/icon.svg" alt="" width="40" height="40" /> Fieldwright
        </p>
        <h1>{words.say("sign-in.title")}</h1>
        {known !== undefined && <p className="muted">{words.say("sign-in.again")}</p>}
        {waiting > 0 && <p className="note">{words.say("sign-in.waiting", { count: waiting })}</p>}
        {!isSecureContext && (
          <p className="complaint" role="alert">
            {words.say("sign-in.insecure")}
          </p>
        )}
        <label htmlFor={email}>{words.say("sign-in.email")}</label>
        <input id={email} name="email" type="email" autoComplete="username" inputMode="email" required maxLength={200} />
        <label htmlFor={password}>{words.say("sign-in.password")}</label>
        <input id={password} name="password" type="password" autoComplete="current-password" required />
        <label htmlFor={called}>{words.say("sign-in.device")}</label>
        <input ref={name} id={called} name="called" required maxLength={120} defaultValue={known?.called ?? suggestedName()} autoComplete="off" />
        <p id={complaint} className="complaint" role="alert">
          {wrong}
        </p>
        <button type="submit" className="main" disabled={going || !isSecureContext}>
          {words.say(going ? "sign-in.going" : "sign-in.go")}
        </button>
        {provider !== null && isSecureContext && (
          <a className="second" href={AWAY} onClick={() => leaving(name.current?.value.trim() || suggestedName())}>
            {words.say("sign-in.with", { provider })}
          </a>
        )}
      </form>
      <Languages words={words} tongue={tongue} />
    </main>
  );
}

function whatWentWrong(error: unknown, words: FieldWords): string {
  if (error instanceof Revoked) return error.message;
  if (!(error instanceof Refused)) return words.say(navigator.onLine ? "sign-in.unreachable" : "sign-in.offline");
  if (codeOf(error) === "not-a-technician") return words.say("sign-in.not-a-technician");
  if (error.status === 401) return words.say("sign-in.wrong");
  if (error.status === 429) {
    const seconds = Number(error.problem.retry_after ?? 60);
    return words.say("sign-in.wait", { minutes: Math.max(1, Math.ceil(seconds / 60)) });
  }
  return error.message;
}
