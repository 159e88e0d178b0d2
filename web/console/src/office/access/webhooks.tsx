/** Webhooks: other programs that hear of what happens. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { tell } from "../../notices";
import { change as send, type Shape } from "../../request";
import { Checks } from "../kit/checks";
import { Secret, showOnce } from "../kit/once";
import { useListed } from "../kit/pages";
import { More } from "../kit/resource-list";
import type { OfficeWords, OwnField, Resource } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { useChoices } from "../setup/planning-policies";

type Webhook = Shape<"WebhookShape">;
type Delivery = Shape<"DeliveryShape">;

function Kinds({ values, change, readOnly, words }: OwnField): ReactElement {
  const chosen = (values.kinds as readonly string[] | null) ?? [];
  const { events } = useChoices();
  return (
    <details className="office-fold" open={chosen.length > 0}>
      <summary>{chosen.length === 0 ? words.say("webhooks.all-kinds") : words.say("webhooks.some-kinds", { count: chosen.length })}</summary>
      <Checks options={events.map((value) => ({ value, label: value }))} chosen={chosen} onChange={(kinds) => change({ kinds })} readOnly={readOnly} />
    </details>
  );
}

function Deliveries({ webhook, words }: { readonly webhook: Webhook; readonly words: OfficeWords }): ReactElement {
  const path = `/api/v1/webhooks/${webhook.id}/deliveries`;
  const listed = useListed<Delivery>(path, { limit: 20 });
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  async function act(work: () => Promise<unknown>): Promise<void> {
    setError(null);
    try {
      await work();
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    }
  }
  async function renew(): Promise<void> {
    const { body } = await send<Shape<"WebhookWithSecret">>("POST", `/api/v1/webhooks/${webhook.id}/secret`);
    showOnce({ title: words.say("webhooks.secret-of", { name: body.webhook.name }), said: <Secret label={words.say("webhooks.secret")} secret={body.secret} words={words} /> });
  }
  return (
    <section className="office-more-part">
      <h3>{words.say("webhooks.deliveries")}</h3>
      <div className="office-row wrap">
        <button type="button" className="office-button" onClick={() => void act(async () => { await send("POST", `/api/v1/webhooks/${webhook.id}/ping`); tell(words.say("webhooks.pinged")); })}>{words.say("webhooks.ping")}</button>
        <button type="button" className="office-button" onClick={() => void act(renew)}>{words.say("webhooks.renew")}</button>
      </div>
      <Trouble error={listed.error ?? error} words={words} again={listed.again} />
      {!listed.waiting && listed.rows.length === 0 && <p className="office-quiet">{words.say("webhooks.no-deliveries")}</p>}
      <ul className="office-cards">
        {listed.rows.map((one) => (
          <li key={one.id}>
            <div>
              <b>{one.position === 0 ? words.say("webhooks.test") : words.say("webhooks.event", { position: one.position })}</b>{" "}
              <span className={`office-mark ${one.status === "sent" ? "good" : one.status === "failed" ? "ended" : "soon"}`}>{words.say(`sending.${one.status}`)}</span>
              <p className="office-quiet">{words.date(one.created_at)} {words.time(one.created_at)} · {words.say("webhooks.attempts", { count: one.attempts })} {one.response}</p>
            </div>
            {one.position !== 0 && one.status !== "waiting" && <button type="button" className="office-button" onClick={() => void act(() => send("POST", `${path}/${one.id}/redeliver`))}>{words.say("webhooks.again")}</button>}
          </li>
        ))}
      </ul>
      {listed.more && <More onMore={listed.fetchMore} going={listed.fetchingMore} words={words} />}
    </section>
  );
}

export const WEBHOOKS: Resource<Webhook> = {
  name: "webhooks",
  path: "/api/v1/webhooks",
  title: "webhooks.title",
  about: "webhooks.about",
  add: "webhooks.add",
  empty: "webhooks.empty",
  columns: [
    { label: "name", rank: 1, show: (row, words) => <>{row.name}{!row.active && <span className="office-mark ended">{words.say("webhooks.off")}</span>}</> },
    { label: "webhooks.url", rank: 2, show: (row) => row.url },
    { label: "webhooks.kinds", rank: 3, numeric: true, show: (row, words) => (row.kinds.length === 0 ? words.say("kit.all") : row.kinds.length) },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 120, required: true },
    { name: "url", kind: "text", label: "webhooks.url", hint: "webhooks.url-hint", type: "url", longest: 500, required: true, wide: true },
    { name: "kinds", kind: "own", names: ["kinds"], label: "webhooks.kinds", render: (own) => <Kinds {...own} /> },
    { name: "active", kind: "yes-no", label: "active", shown: (_, isNew) => !isNew },
  ],
  fresh: () => ({ name: "", url: "https://", kinds: [], active: true }),
  sent: ({ active, ...rest }, isNew) => (isNew ? rest : { ...rest, active }),
  rowOf: (answer) => ("webhook" in (answer as object) ? (answer as Shape<"WebhookWithSecret">).webhook : (answer as Webhook)),
  made: (answer, words) => {
    const { webhook, secret } = answer as Shape<"WebhookWithSecret">;
    return { title: words.say("webhooks.secret-of", { name: webhook.name }), said: <Secret label={words.say("webhooks.secret")} secret={secret} words={words} /> };
  },
  named: (row) => row.name,
  write: "manage webhooks",
  removable: true,
  warning: (row) => (row.disabled_because === "" ? null : row.disabled_because),
  more: (row, words) => <Deliveries webhook={row} words={words} />,
};
