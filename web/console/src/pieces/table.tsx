/** Rows and columns, sorted by a press on a head, walked by arrow keys. */

import type { ReactElement, ReactNode } from "react";
import { Cell, Column, Row, type SortDescriptor, Table as AriaTable, TableBody, TableHeader } from "react-aria-components";

export interface TableColumn<Item> {
  readonly id: string;
  readonly title: string;
  readonly cell: (item: Item) => ReactNode;
  readonly sortable?: boolean;
  /** Numbers stand on the right. */
  readonly right?: boolean;
  /** The column that names the row. */
  readonly isRowHeader?: boolean;
}

export interface TableProps<Item extends { readonly id: string }> {
  readonly label: string;
  readonly columns: readonly TableColumn<Item>[];
  readonly rows: readonly Item[];
  readonly onOpen?: (id: string) => void;
  readonly sort?: SortDescriptor;
  readonly onSort?: (sort: SortDescriptor) => void;
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (ids: ReadonlySet<string>) => void;
  readonly empty?: ReactNode;
}

export function Table<Item extends { readonly id: string }>({ label, columns, rows, onOpen, sort, onSort, selected, onSelect, empty }: TableProps<Item>): ReactElement {
  const named = columns.some((one) => one.isRowHeader === true);
  return (
    <div className="piece-table-frame">
      <AriaTable
        aria-label={label}
        className="piece-table"
        {...(sort === undefined ? {} : { sortDescriptor: sort })}
        {...(onSort === undefined ? {} : { onSortChange: onSort })}
        {...(onOpen === undefined ? {} : { onRowAction: (key) => onOpen(String(key)) })}
        {...(onSelect === undefined
          ? {}
          : {
              selectionMode: "multiple" as const,
              selectedKeys: selected ?? new Set<string>(),
              onSelectionChange: (keys: "all" | Set<string | number>) =>
                onSelect(keys === "all" ? new Set(rows.map((one) => one.id)) : new Set([...keys].map(String))),
            })}
      >
        <TableHeader>
          {columns.map((one, index) => (
            <Column key={one.id} id={one.id} isRowHeader={one.isRowHeader ?? (!named && index === 0)} allowsSorting={one.sortable ?? false} className={`piece-column ${one.right === true ? "right" : ""}`}>
              {one.title}
            </Column>
          ))}
        </TableHeader>
        <TableBody renderEmptyState={() => empty ?? null}>
          {rows.map((row) => (
            <Row key={row.id} id={row.id} className="piece-row">
              {columns.map((one) => (
                <Cell key={one.id} className={`piece-cell ${one.right === true ? "right" : ""}`}>
                  {one.cell(row)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </AriaTable>
    </div>
  );
}
