/** Tokens for programs that speak in somebody's name. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { tell } from "../../notices";
import { change as send, type Shape } from "../../request";
import { Asking } from "../kit/asking";
import { NumberInput } from "../kit/fields";
import { Secret, showOnce } from "../kit/once";
import { useEvery } from "../kit/pages";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";

type Token = Shape<"TokenShape">;

export function TokensPage({ words }: { readonly words: OfficeWords }): ReactElement {
  return (
    <div className="office-page">
      <header className="office-page-head"><h2>{words.say("tokens.title")}</h2></header>
      <p className="office-quiet">{words.say("tokens.about")}</p>
      <NewToken words={words} />
      <TokenList user={null} words={words} />
    </div>
  );
}

function NewToken({ words }: { readonly words: OfficeWords }): ReactElement {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState<number | null>(90);
  const [error, setError] = useState<unknown>(null);
  async function make(): Promise<void> {
    setError(null);
    try {
      const { body } = await send<Shape<"TokenWithSecret">>("POST", "/api/v1/tokens", { name: name.trim(), days: Number.isNaN(days) ? null : days });
      showOnce({ title: words.say("tokens.made", { name: body.token.name }), said: <Secret label={words.say("tokens.token")} secret={body.secret} words={words} /> });
      setName("");
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    }
  }
  return (
    <form className="office-row wrap" onSubmit={(event) => (event.preventDefault(), void make())}>
      <label className="office-sub" htmlFor="office-token-name">{words.say("tokens.name")}</label>
      <input id="office-token-name" className="office-input" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
      <label className="office-sub" htmlFor="office-token-days">{words.say("tokens.days")}</label>
      <NumberInput id="office-token-days" className="office-input office-clock" whole orNone value={days} onChange={setDays} />
      <button type="submit" className="office-button main" disabled={name.trim() === ""}>{words.say("tokens.make")}</button>
      <Trouble error={error} words={words} />
    </form>
  );
}

export function TokenList({ user, words }: { readonly user: string | null; readonly words: OfficeWords }): ReactElement {
  const found = useEvery<Token>("/api/v1/tokens", user === null ? {} : { user });
  const queries = useQueryClient();
  const [revoking, setRevoking] = useState<Token | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function revoke(token: Token): Promise<void> {
    setRevoking(null);
    try {
      await send("DELETE", `/api/v1/tokens/${token.id}`);
      tell(words.say("tokens.revoked-now", { name: token.name }));
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    }
  }
  const day = (at: string | null): string => (at === null ? "–" : words.date(at));
  return (
    <>
      <Trouble error={found.error ?? error} words={words} />
      {found.data?.length === 0 && <p className="office-quiet">{words.say("tokens.none")}</p>}
      <ul className="office-cards">
        {(found.data ?? []).map((one) => (
          <li key={one.id} className={one.revoked_at === null ? undefined : "off"}>
            <div>
              <b>{one.name}</b>
              <p className="office-quiet">
                {words.say("tokens.told", { made: day(one.created_at), used: day(one.last_used_at) })}{" "}
                {one.revoked_at !== null ? words.say("tokens.revoked", { when: day(one.revoked_at) }) : one.expires_at !== null ? words.say("tokens.until", { when: day(one.expires_at) }) : ""}
              </p>
            </div>
            {one.revoked_at === null && <button type="button" className="office-button quiet-danger" onClick={() => setRevoking(one)}>{words.say("tokens.revoke")}</button>}
          </li>
        ))}
      </ul>
      {revoking !== null && <Asking title={words.say("tokens.revoke-title", { name: revoking.name })} text={words.say("tokens.revoke-text")} yes={words.say("tokens.revoke")} no={words.say("kit.keep")} onYes={() => void revoke(revoking)} onNo={() => setRevoking(null)} />}
    </>
  );
}
