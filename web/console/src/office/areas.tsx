/** The pages of the back office, in their groups, and who may see them. */

import type { ReactElement } from "react";
import type { Right } from "../session";
import { NotificationsPage, ParkedPage } from "./access/notifications";
import { RolesPage } from "./access/roles";
import { TokensPage } from "./access/tokens";
import { USERS } from "./access/users";
import { WEBHOOKS } from "./access/webhooks";
import { AuditPage } from "./audit/audit";
import { CUSTOMERS, EQUIPMENT, SITES } from "./customers/customers";
import type { Identified, OfficeWords, Resource } from "./kit/resource";
import { ResourcePage } from "./kit/resource-page";
import { TECHNICIANS } from "./people/technicians";
import { RosterPage } from "./roster/roster";
import { CALENDARS } from "./setup/calendars";
import { JOB_TYPES } from "./setup/job-types";
import { PLANNING_POLICIES } from "./setup/planning-policies";
import { SLA_POLICIES } from "./setup/sla-policies";
import { SLICES } from "./setup/slices";
import { StatusPage } from "./setup/status";
import { ExportPage, ImportPage } from "./sheets/sheets";
import { TERRITORIES } from "./territories/territories";
import type { OfficeKey } from "./texts";

export interface Area {
  readonly name: string;
  readonly title: OfficeKey;
  readonly group: OfficeKey;
  readonly right?: Right;
  readonly page: (chosen: string | null, words: OfficeWords) => ReactElement;
}

function of<Row extends Identified>(resource: Resource<Row>, group: OfficeKey, right: Right): Area {
  const { name, title } = resource;
  return { name, title, group, right, page: (chosen) => <ResourcePage key={name} resource={resource} chosen={chosen} /> };
}

export const AREAS: readonly Area[] = [
  of(TECHNICIANS, "office.people", "read people"),
  { name: "roster", title: "roster.title", group: "office.people", right: "read people", page: (chosen) => <RosterPage chosen={chosen} /> },
  of(TERRITORIES, "office.people", "read setup"),
  of(CUSTOMERS, "office.customers", "read customers"),
  of(SITES, "office.customers", "read customers"),
  of(EQUIPMENT, "office.customers", "read customers"),
  of(JOB_TYPES, "office.rules", "read setup"),
  of(SLA_POLICIES, "office.rules", "read setup"),
  of(CALENDARS, "office.rules", "read setup"),
  of(PLANNING_POLICIES, "office.planning", "read setup"),
  of(SLICES, "office.planning", "read setup"),
  { name: "status", title: "status.title", group: "office.planning", right: "read setup", page: (_, words) => <StatusPage words={words} /> },
  of(USERS, "office.access", "manage users"),
  { name: "roles", title: "roles.title", group: "office.access", page: (_, words) => <RolesPage words={words} /> },
  { name: "tokens", title: "tokens.title", group: "office.access", page: (_, words) => <TokensPage words={words} /> },
  of(WEBHOOKS, "office.access", "manage webhooks"),
  { name: "import", title: "import.title", group: "office.data", right: "import", page: (chosen, words) => <ImportPage words={words} chosen={chosen} /> },
  { name: "export", title: "export.title", group: "office.data", right: "export", page: (_, words) => <ExportPage words={words} /> },
  { name: "audit", title: "audit.title", group: "office.data", right: "read the audit trail", page: (_, words) => <AuditPage words={words} /> },
  { name: "notifications", title: "notifications.title", group: "office.data", right: "read events", page: (_, words) => <NotificationsPage words={words} /> },
  { name: "parked", title: "parked.title", group: "office.data", right: "write setup", page: (_, words) => <ParkedPage words={words} /> },
];
