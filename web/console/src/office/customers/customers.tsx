/** Customers, their contacts, their sites, and the equipment that stands there. */

import type { ReactElement } from "react";
import { useState } from "react";
import type { Shape } from "../../request";
import { useMay } from "../../session";
import { PlaceField } from "../ground/place-field";
import { ResourceForm } from "../kit/resource-form";
import { useEvery } from "../kit/pages";
import type { OfficeWords, OwnField, Reference, Resource } from "../kit/resource";
import { TERRITORY } from "../people/technicians";

type Customer = Shape<"CustomerShape">;
type Contact = Shape<"ContactShape">;
type Site = Shape<"SiteShape">;
type Equipment = Shape<"EquipmentShape">;

export const CUSTOMER: Reference = { path: "/api/v1/customers", search: "q", named: (row) => String(row.name), told: (row) => String(row.contract ?? "") };
export const SITE: Reference = { path: "/api/v1/sites", search: "q", named: (row) => [row.name, row.address].filter(Boolean).join(", ") };

const LANGUAGE = [{ value: "en", label: "language.en" }, { value: "zh", label: "language.zh" }, { value: "es", label: "language.es" }] as const;
const CHANNELS = ["phone", "sms", "email", "push", "chat"] as const;

export const CUSTOMERS: Resource<Customer> = {
  name: "customers",
  path: "/api/v1/customers",
  title: "customers.title",
  about: "customers.about",
  add: "customers.add",
  empty: "customers.empty",
  search: "q",
  columns: [
    { label: "name", rank: 1, show: (row) => row.name },
    { label: "customers.contract", rank: 2, show: (row) => row.contract ?? "" },
    { label: "external-id", rank: 3, show: (row) => row.external_id ?? "" },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", required: true },
    { name: "contract", kind: "text", label: "customers.contract", hint: "customers.contract-hint", longest: 80, orNone: true },
    { name: "language", kind: "choice", label: "language", options: LANGUAGE },
    { name: "external_id", kind: "text", label: "external-id", longest: 80, orNone: true },
    { name: "notes", kind: "long", label: "notes", wide: true },
    { name: "active", kind: "yes-no", label: "active", hint: "customers.active-hint", shown: (_, isNew) => !isNew },
  ],
  fresh: () => ({ name: "", contract: null, language: "en", external_id: null, notes: "", active: true }),
  sent: ({ active, ...rest }, isNew) => (isNew ? rest : { ...rest, active }),
  named: (row) => row.name,
  write: "write customers",
  more: (row, words) => (
    <>
      <Contacts customer={row.id} words={words} />
      <SitesOf customer={row.id} words={words} />
    </>
  ),
};

function contactsOf(customer: string): Resource<Contact> {
  return {
    name: "contacts",
    path: "/api/v1/contacts",
    makeAt: () => `/api/v1/customers/${customer}/contacts`,
    title: "contacts.title",
    about: "contacts.title",
    add: "contacts.add",
    empty: "contacts.empty",
    columns: [],
    fields: [
      { name: "name", kind: "text", label: "name", required: true },
      { name: "phone", kind: "text", label: "phone", type: "tel", longest: 40, orNone: true },
      { name: "email", kind: "text", label: "email", type: "email", orNone: true },
      { name: "preferred_channel", kind: "choice", label: "contacts.channel", options: CHANNELS.map((value) => ({ value, label: `channel.${value}` as const })) },
    ],
    fresh: () => ({ name: "", phone: null, email: null, preferred_channel: "phone" }),
    named: (row) => row.name,
    write: "write customers",
    removable: true,
  };
}

function Contacts({ customer, words }: { readonly customer: string; readonly words: OfficeWords }): ReactElement {
  const mayWrite = useMay("write customers");
  const [open, setOpen] = useState<string | null>(null);
  const found = useEvery<Contact>(`/api/v1/customers/${customer}/contacts`);
  const contacts = found.data ?? [];
  const resource = contactsOf(customer);
  return (
    <section className="office-more-part">
      <h3>{words.say("contacts.title")}</h3>
      {found.data !== undefined && contacts.length === 0 && <p className="office-quiet">{words.say("contacts.empty")}</p>}
      <ul className="office-cards">
        {contacts.map((one) => (
          <li key={one.id}>
            <div>
              <b>{one.name}</b>
              <p className="office-quiet">{[one.phone, one.email].filter(Boolean).join(" · ")} · {words.say(`channel.${one.preferred_channel as "phone"}`)}</p>
            </div>
            <button type="button" className="office-button" aria-expanded={open === one.id} onClick={() => setOpen(open === one.id ? null : one.id)}>{words.say(mayWrite ? "kit.edit" : "kit.look")}</button>
          </li>
        ))}
      </ul>
      {mayWrite && open !== "new" && <button type="button" className="office-button" onClick={() => setOpen("new")}>+ {words.say("contacts.add")}</button>}
      {open !== null && (
        <div className="office-inner">
          <ResourceForm key={open} resource={resource} words={words} id={open === "new" ? null : open} mayWrite={mayWrite} onSaved={() => setOpen(null)} onClose={() => setOpen(null)} />
        </div>
      )}
    </section>
  );
}

function SitesOf({ customer, words }: { readonly customer: string; readonly words: OfficeWords }): ReactElement {
  const found = useEvery<Site>("/api/v1/sites", { customer_id: customer });
  const machines = useEvery<Equipment>("/api/v1/equipment", { customer_id: customer }).data ?? [];
  const sites = found.data ?? [];
  return (
    <section className="office-more-part">
      <h3>{words.say("sites.title")}</h3>
      {found.data !== undefined && sites.length === 0 && <p className="office-quiet">{words.say("sites.none-here")}</p>}
      <ul className="office-cards">
        {sites.map((one) => (
          <li key={one.id}>
            <div>
              <a href={`#/office/sites/${one.id}`}><b>{[one.name, one.address].filter(Boolean).join(", ")}</b></a>
              {one.lat === null && <span className="office-mark ended">{words.say("sites.unplaced")}</span>}
              <p className="office-quiet">
                {machines.filter((machine) => machine.site_id === one.id).map((machine) => (
                  <a key={machine.id} href={`#/office/equipment/${machine.id}`} className="office-inline">{[machine.maker, machine.model].filter(Boolean).join(" ")}</a>
                ))}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function sitePlace(own: OwnField): ReactElement {
  const { lat, lon, address } = own.values;
  const at = typeof lat === "number" && typeof lon === "number" ? ([lat, lon] as [number, number]) : null;
  return (
    <PlaceField
      address={String(address ?? "")}
      at={at}
      onChange={(next, point) => own.change({ address: next, lat: point?.[0] ?? null, lon: point?.[1] ?? null })}
      readOnly={own.readOnly}
      words={own.words}
      complaints={own.complaints}
    />
  );
}

export const SITES: Resource<Site> = {
  name: "sites",
  path: "/api/v1/sites",
  title: "sites.title",
  about: "sites.about",
  add: "sites.add",
  empty: "sites.empty",
  search: "q",
  filters: [
    { name: "customer_id", label: "customer", to: CUSTOMER },
    { name: "territory_id", label: "territory", to: TERRITORY },
    { name: "placed", label: "sites.placed", options: [{ value: "false", label: "sites.placed-no" }, { value: "true", label: "sites.placed-yes" }] },
  ],
  columns: [
    { label: "sites.site", rank: 1, show: (row, words) => <>{[row.name, row.address].filter(Boolean).join(", ")}{row.lat === null && <span className="office-mark ended">{words.say("sites.unplaced")}</span>}</> },
    { label: "sites.precision", rank: 2, show: (row, words) => (row.lat === null ? "" : row.precision === null ? words.say("precision.exact") : words.say(`precision.${row.precision as "exact"}`)) },
  ],
  fields: [
    { name: "customer_id", kind: "reference", label: "customer", to: CUSTOMER, required: true, once: true },
    { name: "name", kind: "text", label: "sites.name", hint: "sites.name-hint" },
    { name: "place", kind: "own", names: ["address", "lat", "lon"], label: "sites.place", render: sitePlace },
    { name: "territory_id", kind: "reference", label: "territory", to: TERRITORY, none: "territory.by-place" },
    { name: "time_zone", kind: "zone", label: "time-zone", orNone: true, none: "sites.zone-none" },
    { name: "access_notes", kind: "long", label: "sites.access", wide: true },
    { name: "external_id", kind: "text", label: "external-id", longest: 80, orNone: true },
  ],
  fresh: () => ({ customer_id: null, name: "", address: "", lat: null, lon: null, territory_id: null, time_zone: null, access_notes: "", external_id: null }),
  sent: ({ customer_id, ...rest }, isNew) => {
    const placed = rest.lat === null ? { ...rest, lat: undefined, lon: undefined } : rest;
    return isNew ? { customer_id, ...placed } : placed;
  },
  named: (row) => [row.name, row.address].filter(Boolean).join(", "),
  write: "write customers",
  removable: true,
};

export const EQUIPMENT: Resource<Equipment> = {
  name: "equipment",
  path: "/api/v1/equipment",
  title: "equipment.title",
  about: "equipment.about",
  add: "equipment.add",
  empty: "equipment.empty",
  search: "q",
  filters: [{ name: "customer_id", label: "customer", to: CUSTOMER }],
  columns: [
    { label: "equipment.model", rank: 1, show: (row) => [row.maker, row.model].filter(Boolean).join(" ") },
    { label: "equipment.serial", rank: 2, show: (row) => row.serial ?? "" },
    { label: "equipment.warranty", rank: 1, show: (row, words) => <span className={`office-mark warranty-${row.warranty}`}>{words.say(`warranty.${row.warranty}`)}</span> },
  ],
  fields: [
    { name: "site_id", kind: "reference", label: "sites.site", to: SITE, required: true },
    { name: "kind", kind: "text", label: "equipment.kind", hint: "equipment.kind-hint", longest: 80 },
    { name: "maker", kind: "text", label: "equipment.maker", longest: 120 },
    { name: "model", kind: "text", label: "equipment.model", longest: 120, required: true },
    { name: "serial", kind: "text", label: "equipment.serial", longest: 120, orNone: true },
    { name: "installed_on", kind: "date", label: "equipment.installed" },
    { name: "warranty_until", kind: "date", label: "equipment.until" },
    { name: "notes", kind: "long", label: "notes", wide: true },
  ],
  fresh: () => ({ site_id: null, kind: "", maker: "", model: "", serial: null, installed_on: null, warranty_until: null, notes: "" }),
  named: (row) => [row.maker, row.model, row.serial].filter(Boolean).join(" "),
  write: "write customers",
  removable: true,
};
