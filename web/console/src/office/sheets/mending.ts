/** Cells that somebody mended on the screen, before the sheet is looked at again. Pure. */

export interface Cell {
  readonly row: number;
  readonly column: string;
  readonly value: string;
}

export function mendKey({ row, column }: Pick<Cell, "row" | "column">): string {
  return `${row} ${column}`;
}

/** What is sent: not the cells of rows that are left out. */
export function mendedCells(cells: ReadonlyMap<string, Cell>, without: ReadonlySet<number>): readonly Cell[] {
  return [...cells.values()].filter((cell) => !without.has(cell.row));
}

/** How many bad cells nobody has touched yet. */
export function stillBad(
  errors: readonly Pick<Cell, "row" | "column">[],
  cells: ReadonlyMap<string, Cell>,
  without: ReadonlySet<number>,
): number {
  return errors.filter((one) => !without.has(one.row) && !cells.has(mendKey(one))).length;
}
