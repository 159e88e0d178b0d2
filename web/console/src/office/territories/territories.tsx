/** Territories: their names, their time zones, who is told, and where they are. */

import { TerritoryLock } from "../../fixed";
import type { Shape } from "../../request";
import { USER } from "../access/users";
import type { Reference, Resource } from "../kit/resource";
import { BoundaryField } from "./boundary-field";
import { type Boundary, squareKilometres } from "./geometry";

type Territory = Shape<"TerritoryShape">;

const SUPERVISOR: Reference = { ...USER, query: () => ({ active: "true" }) };

export const TERRITORIES: Resource<Territory> = {
  name: "territories",
  path: "/api/v1/territories",
  title: "territories.title",
  about: "territories.about",
  add: "territories.add",
  empty: "territories.empty",
  columns: [
    { label: "name", rank: 1, show: (row) => row.name },
    { label: "territories.size-head", rank: 2, numeric: true, show: (row) => (row.boundary === null ? "–" : `${Math.round(squareKilometres(row.boundary as unknown as Boundary))} km²`) },
    { label: "time-zone", rank: 3, show: (row) => row.time_zone },
    { label: "territories.lock", rank: 3, show: (row, words) => (row.locked_until == null ? "" : words.say("territories.locked-until", { when: `${words.date(row.locked_until)} ${words.time(row.locked_until)}` })) },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 120, required: true },
    { name: "time_zone", kind: "zone", label: "time-zone", required: true },
    { name: "supervisor_id", kind: "reference", label: "territories.supervisor", hint: "territories.supervisor-hint", to: SUPERVISOR, none: "territories.no-supervisor" },
    { name: "boundary", kind: "own", names: ["boundary"], label: "territories.boundary", part: "territories.boundary", render: (own) => <BoundaryField {...own} territory={own.rowId} /> },
    { name: "locked_until", kind: "own", names: [], label: "territories.lock", part: "territories.lock", shown: (_, isNew) => !isNew, render: ({ rowId, values }) => <TerritoryLock territory={rowId ?? ""} name={String(values.name ?? "")} /> },
  ],
  fresh: () => ({ name: "", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, supervisor_id: null, boundary: null }),
  named: (row) => row.name,
  write: "write setup",
  removable: true,
};
