/** What the office says. */

import { ACCESS } from "./texts/access";
import { CUSTOMERS } from "./texts/customers";
import { KIT } from "./texts/kit";
import { PEOPLE } from "./texts/people";
import { ROSTER } from "./texts/roster";
import { SETUP } from "./texts/setup";
import { SHEETS } from "./texts/sheets";
import { TERRITORIES } from "./texts/territories";

export const TEXTS = { ...KIT, ...PEOPLE, ...ROSTER, ...TERRITORIES, ...CUSTOMERS, ...SETUP, ...ACCESS, ...SHEETS } as const;

export type OfficeKey = keyof typeof TEXTS;
