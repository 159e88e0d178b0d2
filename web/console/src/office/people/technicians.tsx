/** Technicians: who they are, what they can do and until when, where they start, their phones and their weeks. */

import type { ReactElement } from "react";
import type { Shape } from "../../request";
import { PlaceField } from "../ground/place-field";
import { shownExpiry, worst } from "./expiry";
import { Quantities } from "../kit/quantities";
import type { OwnField, Reference, Resource } from "../kit/resource";
import { Phones } from "./phones";
import { CertificatesNote, useRunningOut } from "./running-out";
import { SkillsField } from "./skills-field";
import { CostsField } from "./costs-field";
import { TimeSheet } from "./time-sheet";

export type Technician = Shape<"TechnicianShape"> & { readonly skills?: readonly Shape<"SkillShape">[] };

export const TERRITORY: Reference = { path: "/api/v1/territories", named: (row) => String(row.name), told: (row) => String(row.time_zone) };
export const TECHNICIAN: Reference = { path: "/api/v1/technicians", search: "q", query: () => ({ active: "true" }), named: (row) => String(row.name), told: (row) => String(row.base_address ?? "") };
const SKILL: Reference = { path: "/api/v1/skills", named: (row) => String(row.skill ?? row.id) };

function SkillMarks({ id }: { readonly id: string }): ReactElement | null {
  const running = useRunningOut();
  const mine = running.rows.filter((one) => one.technician_id === id);
  const most = worst(mine.map((one) => one.valid_until), running.today);
  if (most === null) return null;
  return <span className={`office-mark ${most}`} title={mine.map((one) => `${one.skill} ${one.valid_until}`).join(", ")}>{shownExpiry(most, mine.length, running.words)}</span>;
}

function base(own: OwnField): ReactElement {
  const { base_lat: lat, base_lon: lon, base_address: address } = own.values;
  const at = typeof lat === "number" && typeof lon === "number" ? ([lat, lon] as const) : null;
  return (
    <PlaceField
      address={String(address ?? "")}
      at={at as [number, number] | null}
      onChange={(next, point) => own.change({ base_address: next, base_lat: point?.[0] ?? null, base_lon: point?.[1] ?? null })}
      readOnly={own.readOnly}
      words={own.words}
      complaints={own.complaints}
    />
  );
}

export const TECHNICIANS: Resource<Technician> = {
  name: "technicians",
  path: "/api/v1/technicians",
  title: "technicians.title",
  about: "technicians.about",
  add: "technicians.add",
  empty: "technicians.empty",
  search: "q",
  filters: [
    { name: "territory_id", label: "territory", to: TERRITORY },
    { name: "active", label: "active", options: [{ value: "true", label: "active.yes" }, { value: "false", label: "active.no" }] },
  ],
  columns: [
    { label: "name", rank: 1, show: (row) => <>{row.name}{!row.active && <span className="office-mark off">–</span>}</> },
    { label: "technicians.skills-end", rank: 1, show: (row) => <SkillMarks id={row.id} /> },
    { label: "phone", rank: 2, show: (row) => row.phone ?? "" },
    { label: "technicians.base", rank: 3, show: (row) => row.base_address },
  ],
  above: (words) => <CertificatesNote words={words} />,
  fields: [
    { name: "name", kind: "text", label: "name", required: true },
    { name: "territory_id", kind: "reference", label: "territory", to: TERRITORY, none: "territory.by-base" },
    { name: "phone", kind: "text", label: "phone", type: "tel", longest: 40, orNone: true },
    { name: "email", kind: "text", label: "email", type: "email", orNone: true },
    { name: "skills", kind: "own", names: ["skills"], label: "technicians.skills", part: "technicians.part-skills", render: (own) => <SkillsField {...own} /> },
    { name: "senior", kind: "yes-no", label: "technicians.senior", hint: "technicians.senior-hint" },
    { name: "base", kind: "own", names: ["base_address", "base_lat", "base_lon"], label: "technicians.base", part: "technicians.part-base", render: base },
    { name: "profile", kind: "text", label: "technicians.profile", longest: 40, part: "technicians.part-planning", suggest: () => ["car", "bicycle", "foot"] },
    { name: "pace", kind: "number", label: "technicians.pace", hint: "technicians.pace-hint", least: 0.1, most: 60 },
    { name: "capacity", kind: "own", names: ["capacity"], label: "technicians.capacity", render: (own) => <Quantities {...own} member="capacity" /> },
    { name: "costs", kind: "own", names: ["costs"], label: "technicians.costs", render: (own) => <CostsField {...own} /> },
    { name: "external_id", kind: "text", label: "external-id", longest: 80, orNone: true },
    { name: "active", kind: "yes-no", label: "active", shown: (_, isNew) => !isNew },
  ],
  fresh: () => ({ name: "", territory_id: null, phone: null, email: null, skills: [], senior: false, base_address: "", base_lat: null, base_lon: null, profile: "car", pace: 1, capacity: {}, costs: {}, external_id: null, active: true }),
  sent: ({ active, ...rest }, isNew) => (isNew ? rest : { ...rest, active }),
  rowOf: (answer) => {
    const { technician, skills } = answer as Shape<"TechnicianDetail">;
    return { ...technician, skills };
  },
  named: (row) => row.name,
  write: "write people",
  more: (row, words) => (
    <>
      <TimeSheet technician={row.id} words={words} />
      <Phones technician={row.id} words={words} />
    </>
  ),
};

export { SKILL };
