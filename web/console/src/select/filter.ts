/** Which of the day is looked at: everything that names nothing lets everything through. */

import { boardNow, type State, stateOf, type Board, type Technician, type Visit } from "../live";

export interface Filter {
  /** Ids. */
  readonly territories: readonly string[];
  /** Names of skills; any of them. */
  readonly skills: readonly string[];
  /** States as they are coloured. */
  readonly statuses: readonly State[];
  /** Ids. */
  readonly customers: readonly string[];
  /** Words that must all occur in number, title, customer, address, or the name of who does it. */
  readonly text: string;
}

export const EVERYTHING: Filter = { territories: [], skills: [], statuses: [], customers: [], text: "" };

export function isEverything(filter: Filter): boolean {
  const { territories, skills, statuses, customers, text } = filter;
  return [territories, skills, statuses, customers].every((one) => one.length === 0) && text.trim() === "";
}

export function visitMatches(visit: Visit, filter: Filter, now: number, board: Board | undefined = boardNow()): boolean {
  const { territories, skills, statuses, customers } = filter;
  if (territories.length > 0 && (visit.territory === null || !territories.includes(visit.territory))) return false;
  if (skills.length > 0 && !visit.skills.some(({ skill }) => skills.includes(skill))) return false;
  if (customers.length > 0 && !customers.includes(visit.customer.id)) return false;
  if (statuses.length > 0 && !statuses.includes(stateOf(visit, now))) return false;
  const words = wordsOf(filter.text);
  if (words.length === 0) return true;
  const people = visit.planned.map(({ technician }) => board?.technicianById.get(technician)?.name ?? "");
  const text = folded([visit.number, visit.title, visit.customer.name, visit.site.address, visit.type, ...people].join(" "));
  return words.every((word) => text.includes(word));
}

/** Whether somebody is looked at: by territory and skill; by text, where they or one of their visits have it. */
export function technicianMatches(technician: Technician, filter: Filter, board: Board | undefined = boardNow()): boolean {
  const { territories, skills } = filter;
  if (territories.length > 0 && (technician.territory === null || !territories.includes(technician.territory))) return false;
  if (skills.length > 0 && !technician.skills.some(({ skill }) => skills.includes(skill))) return false;
  const words = wordsOf(filter.text);
  if (words.length === 0) return true;
  if (words.every((word) => folded(technician.name).includes(word))) return true;
  const only = { ...EVERYTHING, text: filter.text };
  return technician.shifts.some((shift) =>
    shift.stops.some(({ visit }) => {
      const found = board?.visitById.get(visit);
      return found !== undefined && visitMatches(found, only, 0, board);
    }),
  );
}

function wordsOf(text: string): readonly string[] {
  return folded(text)
    .split(/\s+/)
    .filter((one) => one !== "");
}

/** Without accents and case: who looks for "Munoz" means Muñoz. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}
