/**
 * The board in the browser: what the server has said, with what is shown before the server has agreed laid over it.
 *
 * Every change makes a new snapshot in which all that did not change is the same object as before, so that whoever
 * shows one visit draws only when that visit has changed.
 */

import type { Board, BoardChanges, BoardDocument, Optimistic, Technician, Undo, Visit } from "./types";

type Listener = () => void;

interface Overlay {
  readonly change: Optimistic;
  /** The server has agreed; the overlay lies until what was asked for after that has been read. */
  settled: boolean;
}

export class BoardStore {
  #board: Board | undefined;
  #visits = new Map<string, Visit>();
  #technicians = new Map<string, Technician>();
  #overlays: Overlay[] = [];
  readonly #all = new Set<Listener>();
  readonly #one = new Map<string, Set<Listener>>();
  /** Who has to be asked again once a change has settled. */
  readonly #onSettled: () => void;

  constructor(onSettled: () => void = () => undefined) {
    this.#onSettled = onSettled;
  }

  get board(): Board | undefined {
    return this.#board;
  }

  /** Everything anew: at first, for another day, and where what happened cannot be told as changes. */
  load(document: BoardDocument): void {
    const before = this.#board;
    const same = before?.day === document.day;
    this.#visits = keyed(document.visits);
    this.#technicians = keyed(document.technicians);
    this.#overlays = same ? this.#overlays.filter((one) => !one.settled) : [];
    const visitById = new Map(this.#visits);
    const technicianById = new Map(this.#technicians);
    for (const id of touched(this.#overlays, "visits")) lay(visitById, id, this.#visits.get(id), this.#overlays, "visits");
    for (const id of touched(this.#overlays, "technicians")) {
      lay(technicianById, id, this.#technicians.get(id), this.#overlays, "technicians");
    }
    this.#board = {
      ...document,
      visits: [...visitById.values()],
      technicians: [...technicianById.values()],
      visitById,
      technicianById,
      territoryById: keyed(document.territories),
    };
    this.#tellAll();
  }

  /**
   * What has changed since a position. Whether it fits: false where the board must be loaded anew. Changes that are
   * older than what is known are left: two answers may overtake each other.
   */
  change(changes: BoardChanges): boolean {
    const before = this.#board;
    if (before === undefined || changes.reset) return false;
    if (changes.position < before.position) return true;
    const visitIds = new Set<string>(changes.gone);
    const technicianIds = new Set<string>();
    for (const visit of changes.visits) {
      this.#visits.set(visit.id, visit);
      visitIds.add(visit.id);
    }
    for (const technician of changes.technicians) {
      this.#technicians.set(technician.id, technician);
      technicianIds.add(technician.id);
    }
    for (const id of changes.gone) {
      this.#visits.delete(id);
      if (this.#technicians.delete(id)) technicianIds.add(id);
    }
    const settled = this.#overlays.filter((one) => one.settled);
    this.#overlays = this.#overlays.filter((one) => !one.settled);
    for (const id of touched(settled, "visits")) visitIds.add(id);
    for (const id of touched(settled, "technicians")) technicianIds.add(id);
    const { position, now, pace, edition, drafts, disputes } = changes;
    const plan = changes.plan === undefined ? before.plan : changes.plan;
    const fence = changes.fence === undefined ? before.fence : changes.fence;
    const territories = changes.territories ?? before.territories;
    const territoryById = changes.territories == null ? before.territoryById : keyed(changes.territories);
    const next = { ...before, position, now, pace, edition, drafts, disputes, plan, fence, territories, territoryById };
    this.#show(next, visitIds, technicianIds);
    return true;
  }

  /** Show a change before the server has agreed to it; the answer takes it back. */
  optimistic(change: Optimistic): Undo {
    const overlay: Overlay = { change, settled: false };
    const visitIds = new Set(Object.keys(change.visits ?? {}));
    const technicianIds = new Set(Object.keys(change.technicians ?? {}));
    const again = (): void => {
      if (this.#board !== undefined) this.#show(this.#board, visitIds, technicianIds);
    };
    this.#overlays = [...this.#overlays, overlay];
    again();
    const undo = (): void => {
      if (!this.#overlays.includes(overlay)) return;
      this.#overlays = this.#overlays.filter((one) => one !== overlay);
      again();
    };
    return Object.assign(undo, {
      settled: (): void => {
        overlay.settled = true;
        this.#onSettled();
      },
    });
  }

  subscribe(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** Hear of one visit or technician alone. */
  subscribeTo(id: string, listener: Listener): () => void {
    const found = this.#one.get(id) ?? new Set();
    this.#one.set(id, found.add(listener));
    return () => {
      found.delete(listener);
      if (found.size === 0) this.#one.delete(id);
    };
  }

  #show(next: Board, visitIds: ReadonlySet<string>, technicianIds: ReadonlySet<string>): void {
    let { visits, visitById, technicians, technicianById } = next;
    if (visitIds.size > 0) {
      const known = new Map(visitById);
      for (const id of visitIds) lay(known, id, this.#visits.get(id), this.#overlays, "visits");
      visitById = known;
      visits = [...known.values()];
    }
    if (technicianIds.size > 0) {
      const known = new Map(technicianById);
      for (const id of technicianIds) lay(known, id, this.#technicians.get(id), this.#overlays, "technicians");
      technicianById = known;
      technicians = [...known.values()];
    }
    this.#board = { ...next, visits, visitById, technicians, technicianById };
    for (const listener of this.#all) listener();
    for (const id of [...visitIds, ...technicianIds]) for (const listener of this.#one.get(id) ?? []) listener();
  }

  #tellAll(): void {
    for (const listener of this.#all) listener();
    for (const listeners of this.#one.values()) for (const listener of listeners) listener();
  }
}

function keyed<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function touched(overlays: readonly Overlay[], kind: "visits" | "technicians"): string[] {
  return overlays.flatMap(({ change }) => Object.keys(change[kind] ?? {}));
}

/** The row as it is to be seen: the truth, and over it what is shown too early, in the order in which it was done. */
function lay<Row extends object>(
  rows: Map<string, Row>,
  id: string,
  truth: Row | undefined,
  overlays: readonly Overlay[],
  kind: "visits" | "technicians",
): void {
  if (truth === undefined) {
    rows.delete(id);
    return;
  }
  let row = truth;
  for (const { change } of overlays) {
    const over = change[kind]?.[id];
    if (over !== undefined) row = { ...row, ...over };
  }
  rows.set(id, row);
}
