/** An emergency on one screen: who rings, what happened, who could come and when; one key takes it in. */

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { useCommand } from "../commands";
import { live } from "../live";
import { Button, Field, Problem, Segments, Select } from "../pieces";
import { ask, type Shape } from "../request";
import { useMay } from "../session";
import { useWords } from "../words";
import { Candidates } from "./candidates";
import { type Choice, chosenOf, emptyForm, type Form, lookOf, missingOf, type Priority, type Write, useForm } from "./form";
import { takeIn } from "./sending";
import { Taken } from "./taken";
import { TEXTS } from "./texts";
import { useLook, useMadeWays } from "./use-look";
import { Where } from "./where";
import { WhoRings } from "./who-rings";
import "./urgent.css";

const PRIORITIES = ["critical", "high", "normal", "low"] as const satisfies readonly Priority[];

export function Page(): ReactElement {
  const words = useWords(TEXTS);
  const [form, write] = useForm();
  const { data, error, refetch } = useLook(form);
  const mayChoose = useMay("act on visits");
  const place = usePlace(form);
  const asked = lookOf(form) !== null;
  const shown = asked ? data : undefined;
  const ways = useMadeWays(form, shown);
  const choice = chosenOf(form, shown, mayChoose);
  const choose = (next: Choice): void => edit({ choice: next });
  const { send, going, refused } = useSending(form, write, choice, useMay("approve plans"));
  // While it is sent it stays as it is: what were written now would not be sent, and what is reached would be another one's.
  const edit: Write = going ? () => undefined : write;
  const missing = missingOf(form);
  const ready = missing.length === 0 && form.taken === null;

  useCommand({ id: "urgent.confirm", title: TEXTS["urgent.command.confirm"], key: "ctrl+enter", when: () => ready, run: () => void send() });
  useCommand({ id: "urgent.search", title: TEXTS["urgent.command.search"], key: "u f", run: () => document.getElementById("urgent-search")?.focus() });

  // Tabs and buttons keep Enter to themselves, also with Ctrl: here it is heard before they do.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!ready || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  return (
    <div className="urgent" aria-busy={going} onKeyDownCapture={onKeyDown}>
      <h1 className="visually-hidden">{words.say("urgent.title")}</h1>
      <WhoRings form={form} write={edit} />
      <div className="urgent-middle">
        {form.taken !== null ? (
          <Taken taken={form.taken} onNext={() => write({ ...emptyForm() })} />
        ) : (
          <>
            <What form={form} write={edit} />
            <section className="urgent-come" aria-label={words.say("urgent.come")}>
              <Candidates data={shown} ways={ways} error={error} onAgain={() => void refetch()} asked={asked} choice={choice} onChoose={choose} />
            </section>
            <footer className="urgent-foot">
              <Problem error={refused} compact />
              {missing.length > 0 && (
                <p className="urgent-muted" role="status">
                  {words.say("urgent.missing", { what: missing.map((one) => words.say(`urgent.missing.${one}`)).join(", ") })}
                </p>
              )}
              <div className="urgent-buttons">
                <Button kind="quiet" isDisabled={going} onPress={() => edit({ ...emptyForm() })}>
                  {words.say("urgent.clear")}
                </Button>
                <Button kind="main" size="large" keys="ctrl+enter" waiting={going} isDisabled={!ready} onPress={() => void send()}>
                  {goes(choice)}
                </Button>
              </div>
            </footer>
          </>
        )}
      </div>
      <Where place={place} data={form.taken === null ? shown : undefined} choice={choice} onChoose={choose} />
    </div>
  );

  function goes(what: Choice): string {
    if (what?.kind === "person") return words.say("urgent.go.to", { name: what.name });
    if (what?.kind === "slot") return words.say("urgent.go.slot", { time: `${words.time(what.earliest)}–${words.time(what.latest)}` });
    return words.say("urgent.go");
  }
}

interface Sending {
  readonly send: () => Promise<void>;
  readonly going: boolean;
  readonly refused: unknown;
}

/** Send it once, however often it is asked for: while it goes nothing else does, and its key tells the server the rest. */
function useSending(form: Form, write: Write, choice: Choice, mayPublish: boolean): Sending {
  const [going, setGoing] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const busy = useRef(false);
  useEffect(() => setRefused(null), [form.key]);
  const send = async (): Promise<void> => {
    if (busy.current || missingOf(form).length > 0 || form.taken !== null) return;
    busy.current = true;
    setGoing(true);
    setRefused(null);
    const sent: Form = { ...form, choice, attempted: true };
    write({ choice, key: form.key, attempted: true });
    try {
      const taken = await takeIn(sent, write, mayPublish);
      write({ taken });
      live.hurry();
    } catch (error) {
      setRefused(error);
    } finally {
      busy.current = false;
      setGoing(false);
    }
  };
  return { send, going, refused };
}

function What({ form, write }: { readonly form: Form; readonly write: Write }): ReactElement {
  const words = useWords(TEXTS);
  const { data } = useQuery({
    queryKey: ["job-types", "active"],
    staleTime: 300_000,
    queryFn: ({ signal }) => ask<{ items: readonly Shape<"JobTypeShape">[] }>("/api/v1/job-types", { limit: 200 }, signal),
  });
  const types = (data?.items ?? []).filter((one) => one.active).map(({ id, name }) => ({ id, label: name }));
  return (
    <section className="urgent-what" aria-label={words.say("urgent.what")}>
      <Field label={words.say("urgent.text")} rows={3} value={form.text} onChange={(text) => write({ text })} maxLength={4000} hint={words.say("urgent.text.hint")} />
      <div className="urgent-kind">
        <Select label={words.say("urgent.type")} options={types} value={form.type} onChange={(type) => write({ type, choice: null })} />
        <Segments
          label={words.say("urgent.priority")}
          options={PRIORITIES.map((id) => ({ id, label: words.say(`urgent.priority.${id}`) }))}
          value={form.priority}
          onChange={(priority) => write({ priority, choice: null })}
        />
      </div>
    </section>
  );
}

/** Where it is, as far as that is known. */
function usePlace({ customer, site, fresh }: Form): { readonly lat: number; readonly lon: number } | null {
  const { data } = useQuery({
    queryKey: ["whole", "customer", customer],
    enabled: customer !== null,
    queryFn: ({ signal }) => ask<Shape<"WholeCustomerShape">>(`/api/v1/customers/${customer ?? ""}/whole`, {}, signal),
  });
  if (fresh !== null) return fresh.at;
  const found = data?.sites.find((one) => one.id === site);
  return found === undefined || found.lat === null || found.lon === null ? null : { lat: found.lat, lon: found.lon };
}
