/** Users: who may come in, as what, and where their rights reach. */

import { type ReactElement, useState } from "react";
import { tell } from "../../notices";
import { change as send, type Shape } from "../../request";
import { useMe } from "../../session";
import { Asking } from "../kit/asking";
import { Secret, showOnce } from "../kit/once";
import { useEvery } from "../kit/pages";
import { ReferenceField, useNamed } from "../kit/reference";
import type { OfficeWords, OwnField, Reference, Resource } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { TECHNICIAN, TERRITORY } from "../people/technicians";
import { TokenList } from "./tokens";

type User = Shape<"UserShape">;
export const USER: Reference = { path: "/api/v1/users", search: "search", named: (row) => String(row.name), told: (row) => String(row.email) };
export const ROLES = (["administrator", "manager", "planner", "dispatcher", "agent", "technician"] as const).map((value) => ({ value, label: `role.${value}` as const }));

/** Territories as chips, and one more. */
function Territories({ values, change, readOnly, words }: OwnField): ReactElement {
  const chosen = (values.territories as readonly string[] | null) ?? [];
  return (
    <div className="office-rows">
      <ul className="office-chips">
        {chosen.length === 0 && <li className="office-quiet plain">{words.say("users.everywhere")}</li>}
        {chosen.map((one) => (
          <TerritoryChip key={one} id={one} words={words} {...(readOnly ? {} : { onRemove: () => change({ territories: chosen.filter((id) => id !== one) }) })} />
        ))}
      </ul>
      {!readOnly && <ReferenceField to={TERRITORY} value={null} words={words} label={words.say("users.territory-add")} none={words.say("users.territory-add")} onChange={(next) => next !== null && !chosen.includes(next) && change({ territories: [...chosen, next] })} />}
    </div>
  );
}

function TerritoryChip({ id, words, onRemove }: { readonly id: string; readonly words: OfficeWords; readonly onRemove?: () => void }): ReactElement {
  const all = useEvery<Record<string, unknown>>("/api/v1/territories").data;
  const name = useNamed(TERRITORY, id, all);
  return (
    <li>
      {name}
      {onRemove !== undefined && <button type="button" className="office-icon" aria-label={words.say("users.territory-remove", { name })} onClick={onRemove}>×</button>}
    </li>
  );
}

function Password({ user, words }: { readonly user: User; readonly words: OfficeWords }): ReactElement {
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function reset(): Promise<void> {
    setAsking(false);
    try {
      const { body } = await send<Shape<"UserWithPassword">>("POST", `/api/v1/users/${user.id}/password`);
      showOnce({ title: words.say("users.password-of", { who: user.name }), said: <Secret label={words.say("users.password")} secret={body.password} words={words} /> });
      tell(words.say("users.signed-out", { who: user.name }));
    } catch (refusal) {
      setError(refusal);
    }
  }
  return (
    <section className="office-more-part">
      <h3>{words.say("users.password")}</h3>
      <Trouble error={error} words={words} />
      <button type="button" className="office-button" onClick={() => setAsking(true)}>{words.say("users.password-reset")}</button>
      {asking && <Asking title={words.say("users.password-reset")} text={words.say("users.password-ask", { who: user.name })} yes={words.say("users.password-go")} no={words.say("kit.keep")} onYes={() => void reset()} onNo={() => setAsking(false)} />}
    </section>
  );
}

function More({ user, words }: { readonly user: User; readonly words: OfficeWords }): ReactElement {
  const me = useMe();
  return (
    <>
      <Password user={user} words={words} />
      <section className="office-more-part">
        <h3>{words.say("tokens.title")}</h3>
        <TokenList user={user.id === me.id ? null : user.id} words={words} />
      </section>
    </>
  );
}

export const USERS: Resource<User> = {
  name: "users",
  path: "/api/v1/users",
  title: "users.title",
  about: "users.about",
  add: "users.add",
  empty: "users.empty",
  search: "search",
  filters: [
    { name: "role", label: "users.role", options: ROLES },
    { name: "active", label: "active", options: [{ value: "true", label: "active.yes" }, { value: "false", label: "active.no" }] },
  ],
  columns: [
    { label: "name", rank: 1, show: (row) => <>{row.name}{!row.active && <span className="office-mark off">–</span>}</> },
    { label: "users.role", rank: 1, show: (row, words) => words.say(row.role === "system" ? "role.administrator" : `role.${row.role}`) },
    { label: "email", rank: 2, show: (row) => row.email },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", required: true },
    { name: "email", kind: "text", label: "email", type: "email", required: true },
    { name: "role", kind: "choice", label: "users.role", options: ROLES, hint: "users.role-hint" },
    { name: "technician_id", kind: "reference", label: "technician", to: TECHNICIAN, none: "users.no-technician", hint: "users.technician-hint" },
    { name: "phone", kind: "text", label: "phone", type: "tel", longest: 40, orNone: true },
    { name: "language", kind: "choice", label: "language", options: [{ value: "en", label: "language.en" }, { value: "zh", label: "language.zh" }] },
    { name: "territories", kind: "own", names: ["territories"], label: "users.territories", hint: "users.territories-hint", render: (own) => <Territories {...own} /> },
    { name: "active", kind: "yes-no", label: "active", hint: "users.active-hint", shown: (_, isNew) => !isNew },
  ],
  fresh: () => ({ name: "", email: "", role: "dispatcher", technician_id: null, phone: null, language: "en", territories: [], active: true }),
  sent: ({ active, ...rest }, isNew) => (isNew ? rest : { ...rest, active }),
  rowOf: (answer) => ("user" in (answer as object) ? (answer as Shape<"UserWithPassword">).user : (answer as User)),
  made: (answer, words) => {
    const { user, password } = answer as Shape<"UserWithPassword">;
    return { title: words.say("users.password-of", { who: user.name }), said: <Secret label={words.say("users.password")} secret={password} words={words} /> };
  },
  named: (row) => row.name,
  write: "manage users",
  more: (row, words) => <More user={row} words={words} />,
};
