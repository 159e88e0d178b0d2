/** Who rings: found while the number is still being typed; or somebody new, with an address that is looked for. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";
import { Badge, Button, Empty, Field, Problem, Waiting } from "../pieces";
import { ask, type Shape } from "../request";
import { useMay } from "../session";
import { CustomerWhole } from "../whole";
import { useWords } from "../words";
import { AddressField } from "./address-field";
import type { Form, Write } from "./form";
import { TEXTS } from "./texts";

type Known = Shape<"KnownCustomer">;

/** Fewer characters than this find everybody. */
const SHORTEST = 2;
/** So many digits are a whole number: who has it alone is meant. */
const WHOLE_NUMBER = 8;

interface Props {
  readonly form: Form;
  readonly write: Write;
}

export function WhoRings({ form, write }: Props): ReactElement {
  const words = useWords(TEXTS);
  if (form.customer !== null) {
    return (
      <section className="urgent-who" aria-label={words.say("urgent.who")}>
        <Button size="small" kind="quiet" icon="left" onPress={() => write({ search: "", customer: null, site: null, machine: null, fresh: null, choice: null })}>
          {words.say("urgent.another")}
        </Button>
        <Chosen form={form} write={write} />
      </section>
    );
  }
  return (
    <section className="urgent-who" aria-label={words.say("urgent.who")}>
      {form.fresh === null ? <Search form={form} write={write} /> : <Fresh form={form} write={write} />}
    </section>
  );
}

function Search({ form, write }: Props): ReactElement {
  const words = useWords(TEXTS);
  const may = useMay("write customers");
  const list = useRef<HTMLUListElement>(null);
  const text = form.search.trim();
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["urgent", "customers", text],
    enabled: text.length >= SHORTEST,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    queryFn: ({ signal }) => ask<readonly Known[]>("/api/v1/emergencies/customers", { q: text, limit: 8 }, signal),
  });
  const found = text.length >= SHORTEST ? (data ?? []) : [];
  const choose = (one: Known): void => write({ customer: one.customer.id, customerName: one.customer.name, site: null, machine: null, fresh: null, choice: null });
  const [only] = found;
  const whole = text.replace(/\D/g, "").length >= WHOLE_NUMBER && found.length === 1 && !isFetching;
  useEffect(() => {
    if (whole && only !== undefined) choose(only);
  }, [whole, only?.customer.id]);

  const onKeyDown = (event: KeyboardEvent): void => {
    // A row and a button take Enter themselves; and who was found by what was typed before is not who is meant.
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && !isPlaceholderData && only !== undefined) choose(only);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1))]?.focus();
    event.preventDefault();
  };
  return (
    <div onKeyDown={onKeyDown} className="urgent-search">
      <Field
        label={words.say("urgent.search")}
        value={form.search}
        onChange={(search) => write({ search })}
        hint={words.say("urgent.search.hint")}
        autoFocus
        autoComplete="off"
        id="urgent-search"
      />
      {/* Above what is found, which comes while somebody is pressing it. */}
      {may && (
        <Button icon="plus" onPress={() => write({ fresh: freshOf(form.search) })}>
          {words.say("urgent.fresh")}
        </Button>
      )}
      <Problem error={error} compact />
      <ul className="urgent-found" ref={list} aria-live="polite">
        {found.map((one) => (
          <li key={one.customer.id}>
            <button type="button" className="urgent-customer" onClick={() => choose(one)}>
              <strong>{one.customer.name}</strong>
              {one.open_jobs > 0 && <Badge tone="warning">{words.say("urgent.search.jobs", { n: one.open_jobs })}</Badge>}
              <span className="urgent-muted">{one.contacts.map((contact) => [contact.name, contact.phone].filter(Boolean).join(" ")).join(", ")}</span>
              <span className="urgent-muted">{one.addresses.slice(0, 2).join(" · ")}</span>
            </button>
          </li>
        ))}
      </ul>
      {text.length >= SHORTEST && found.length === 0 && data !== undefined && !isFetching && <Empty title={words.say("urgent.search.none")} />}
      {text.length >= SHORTEST && data === undefined && error === null && <Waiting />}
    </div>
  );
}

/** What was typed is a number, or else a name. */
function freshOf(search: string): Form["fresh"] {
  const number = /^[\d\s()+./-]+$/.test(search.trim());
  return { name: number ? "" : search.trim(), phone: number ? search.trim() : "", address: "", at: null };
}

function Fresh({ form, write }: Props): ReactElement | null {
  const words = useWords(TEXTS);
  const { fresh } = form;
  if (fresh === null) return null;
  return (
    <div className="urgent-fresh">
      {/* Above the addresses that are found, as where a customer is chosen. */}
      <Button size="small" kind="quiet" icon="left" onPress={() => write({ fresh: null })}>
        {words.say("urgent.another")}
      </Button>
      <h2>{words.say("urgent.fresh")}</h2>
      <Field label={words.say("urgent.fresh.name")} value={fresh.name} onChange={(name) => write({ fresh: { ...fresh, name } })} maxLength={200} autoFocus={fresh.name === ""} />
      <Field label={words.say("urgent.fresh.phone")} value={fresh.phone} onChange={(phone) => write({ fresh: { ...fresh, phone } })} maxLength={40} type="tel" />
      <AddressField fresh={fresh} onChange={(next) => write({ fresh: next, choice: null })} />
    </div>
  );
}

/** The customer, whole, with the place and the machine to choose. The only place is chosen at once. */
function Chosen({ form, write }: Props): ReactElement {
  const words = useWords(TEXTS);
  const id = form.customer ?? "";
  const { data } = useQuery({
    queryKey: ["whole", "customer", id],
    queryFn: ({ signal }) => ask<Shape<"WholeCustomerShape">>(`/api/v1/customers/${id}/whole`, {}, signal),
  });
  const sites = data?.sites ?? [];
  const only = sites.length === 1 ? sites[0] : undefined;
  useEffect(() => {
    if (form.site === null && form.fresh === null && only !== undefined) write({ site: only.id });
  }, [only?.id, form.site, form.fresh]);
  const { fresh } = form;
  // Who was to come to another place may not be able to come to this one.
  const ofMachine = (machine: string | null): Partial<Form> => {
    const site = data?.equipment.find((one) => one.id === machine)?.site_id ?? form.site;
    return { machine, site, ...(site === form.site ? {} : { fresh: null, choice: null }) };
  };
  return (
    <>
      <CustomerWhole
        id={id}
        site={form.site}
        onSite={(site) => write({ site, machine: null, fresh: null, choice: null })}
        machine={form.machine}
        onMachine={(machine) => write(ofMachine(machine))}
      />
      {fresh === null ? (
        <Button size="small" icon="plus" onPress={() => write({ site: null, machine: null, fresh: { name: form.customerName, phone: "", address: "", at: null } })}>
          {words.say("urgent.fresh.site")}
        </Button>
      ) : (
        <AddressField fresh={fresh} onChange={(next) => write({ fresh: next, choice: null })} />
      )}
    </>
  );
}
