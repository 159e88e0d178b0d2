/** What the palette finds: visits and technicians on the board, customers and jobs on the server, commands. */

import type { ReactNode } from "react";
import type { Command } from "../commands";
import { boardNow, operationNow, stateOf } from "../live";
import { type IconName, StateMark } from "../pieces";
import { ask, Refused, type Shape } from "../request";
import { folded, select } from "../select";
import type { Words } from "../words";
import { groupName } from "./groups";
import type { ShellKey } from "./texts";

export interface Found {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  readonly icon: IconName;
  readonly mark?: ReactNode;
  readonly key?: string;
  readonly run: () => void;
}

type Say = Words<ShellKey>;
type Go = (path: string) => void;
const MOST = 6;

export function commandsFound(commands: readonly Command[], text: string, words: Say): Found[] {
  const parts = folded(text).split(/\s+/).filter(Boolean);
  return commands
    .filter((one) => {
      const said = folded(Object.values(one.title).join(" "));
      return parts.every((part) => said.includes(part));
    })
    .map((one) => ({
      id: `command ${one.id}`,
      group: words.say("shell.search.commands"),
      title: one.title[words.language],
      detail: groupName(one, words),
      icon: "right",
      ...(one.key === undefined ? {} : { key: one.key }),
      run: one.run,
    }));
}

/** At once, of what the board holds. */
export function onBoard(text: string, words: Say, go: Go): Found[] {
  const board = boardNow();
  const parts = folded(text).split(/\s+/).filter(Boolean);
  if (board === undefined || parts.length === 0) return [];
  const fits = (said: string): boolean => parts.every((part) => said.includes(part));
  const now = operationNow();
  const visits: Found[] = [];
  for (const visit of board.visits) {
    if (visits.length >= MOST) break;
    if (!fits(folded(`${visit.number} ${visit.title} ${visit.customer.name} ${visit.site.address}`))) continue;
    visits.push({
      id: `job ${visit.job}`,
      group: words.say("shell.search.visits"),
      title: `${visit.number}  ${visit.title}`,
      detail: visit.customer.name,
      icon: "list",
      mark: <StateMark state={stateOf(visit, now)} />,
      run: () => {
        select({ kind: "visit", id: visit.id });
        go(`/board/visit/${visit.id}`);
      },
    });
  }
  const people = board.technicians
    .filter(({ name, phone }) => fits(folded(`${name} ${digits(phone ?? "")}`)))
    .slice(0, MOST)
    .map(
      ({ id, name, phone }): Found => ({
        id: `technician ${id}`,
        group: words.say("shell.search.technicians"),
        title: name,
        ...(phone === null ? {} : { detail: phone }),
        icon: "person",
        run: () => {
          select({ kind: "technician", id });
          go(`/board/technician/${id}`);
        },
      }),
    );
  return [...visits, ...people];
}

function digits(text: string): string {
  return text.replace(/\D/g, "");
}

type Customer = Shape<"CustomerShape">;
interface Job {
  readonly id: string;
  readonly number: string;
  readonly title: string;
}

/** Customers by name, contact, address or telephone number, and jobs by number and words. */
export async function onServer(text: string, words: Say, go: Go, signal: AbortSignal): Promise<Found[]> {
  const query = { q: text, limit: MOST };
  const none = (error: unknown): { items: [] } => {
    if (error instanceof Refused && error.status === 403) return { items: [] };
    throw error;
  };
  const [customers, jobs] = await Promise.all([
    ask<{ items: Customer[] }>("/api/v1/customers", query, signal).catch(none),
    ask<{ items: Job[] }>("/api/v1/jobs", query, signal).catch(none),
  ]);
  return [
    ...customers.items.map(
      ({ id, name }): Found => ({
        id: `customer ${id}`,
        group: words.say("shell.search.customers"),
        title: name,
        icon: "customer",
        run: () => {
          select({ kind: "customer", id });
          go(`/board/customer/${id}`);
        },
      }),
    ),
    ...jobs.items.map(
      ({ id, number, title }): Found => ({
        id: `job ${id}`,
        group: words.say("shell.search.jobs"),
        title: `${number}  ${title}`,
        icon: "list",
        run: () => {
          select({ kind: "job", id });
          go(`/board/job/${id}`);
        },
      }),
    ),
  ];
}
