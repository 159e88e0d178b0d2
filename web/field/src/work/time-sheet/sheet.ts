/** A week's working time as the server tells it (GET /api/v1/phone/time-sheet). Totals in seconds. */

export type What = "travel" | "work" | "pause" | "break" | "shift" | "idle";

export interface EntryOfDay {
  readonly what: What;
  readonly from: string;
  /** Null: it goes on. */
  readonly to: string | null;
  readonly visit: string | null;
  readonly number: string | null;
}

export type Totals = Readonly<Partial<Record<What, number>>>;

export interface Day {
  /** YYYY-MM-DD in the technician's zone. */
  readonly date: string;
  readonly entries: readonly EntryOfDay[];
  readonly totals: Totals;
}

export interface Sheet {
  readonly days: readonly Day[];
  readonly totals: Totals;
}
