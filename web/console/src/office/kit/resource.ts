/** A description of something the office looks after: what is listed, what can be filled in, and how it is called. */

import type { ReactElement, ReactNode } from "react";
import type { Words } from "../../words";
import type { Right } from "../../session";
import type { SharedKey } from "@fieldwright/shared/texts";
import type { OfficeKey } from "../texts";
import type { Placed } from "./places";
import type { Values } from "./values";

export type OfficeWords = Words<OfficeKey | SharedKey>;

export interface Identified {
  readonly id: string;
  readonly version?: number;
}

/** What a field of one's own gets: all that the form holds, and what is wrong with its members. */
export interface OwnField {
  readonly values: Values;
  readonly change: (part: Values) => void;
  readonly complaints: readonly Placed[];
  readonly readOnly: boolean;
  readonly words: OfficeWords;
  readonly id: string;
  /** What the form is about; null: something new. */
  readonly rowId: string | null;
  /** Whether the form makes something new. */
  readonly isNew: boolean;
}

interface Common {
  /** The member of the document. */
  readonly name: string;
  readonly label: OfficeKey;
  readonly hint?: OfficeKey;
  readonly required?: boolean;
  /** Begins a part of the form under this heading. */
  readonly part?: OfficeKey;
  readonly shown?: (values: Values, isNew: boolean) => boolean;
  /** Takes the whole width of the form. */
  readonly wide?: boolean;
  /** Cannot be changed once it is there. */
  readonly once?: boolean;
}

export interface Option {
  readonly value: string;
  readonly label: OfficeKey;
}

/** Something else that can be named: where it is found, and how one of it is called. */
export interface Reference {
  readonly path: string;
  readonly query?: (values: Values) => Readonly<Record<string, string>>;
  /** The parameter that takes what somebody types; without it the list is short and narrowed here. */
  readonly search?: string;
  readonly named: (row: Record<string, unknown>) => string;
  readonly told?: (row: Record<string, unknown>) => string;
}

export type Field = Common &
  (
    | { readonly kind: "text"; readonly longest?: number; readonly orNone?: boolean; readonly type?: "text" | "email" | "tel" | "url"; readonly suggest?: () => readonly string[] }
    | { readonly kind: "long"; readonly longest?: number }
    | { readonly kind: "number"; readonly least?: number; readonly most?: number; readonly whole?: boolean; readonly unit?: OfficeKey; readonly orNone?: boolean }
    | { readonly kind: "duration"; readonly orNone?: boolean }
    | { readonly kind: "yes-no" }
    | { readonly kind: "choice"; readonly options: readonly Option[]; readonly orNone?: boolean; readonly none?: OfficeKey }
    | { readonly kind: "reference"; readonly to: Reference; readonly none?: OfficeKey }
    | { readonly kind: "date" }
    | { readonly kind: "zone"; readonly orNone?: boolean; readonly none?: OfficeKey }
    | { readonly kind: "clock" }
    | { readonly kind: "own"; readonly names: readonly string[]; readonly render: (own: OwnField) => ReactElement; readonly told?: (values: Values, words: OfficeWords) => string }
  );

export interface Column<Row> {
  readonly label: OfficeKey;
  readonly show: (row: Row, words: OfficeWords) => ReactNode;
  /** Goes first when there is little room: 1 always stays. */
  readonly rank?: 1 | 2 | 3;
  readonly numeric?: boolean;
}

export interface Filter {
  /** The parameter of the list. */
  readonly name: string;
  readonly label: OfficeKey;
  readonly options?: readonly Option[];
  readonly to?: Reference;
}

export interface Resource<Row extends Identified> {
  /** The part of the address: "#/office/technicians". */
  readonly name: string;
  /** "/api/v1/technicians" */
  readonly path: string;
  readonly title: OfficeKey;
  readonly about: OfficeKey;
  readonly add?: OfficeKey;
  readonly empty: OfficeKey;
  readonly search?: string;
  readonly filters?: readonly Filter[];
  readonly columns: readonly Column<Row>[];
  readonly fields: readonly Field[];
  readonly fresh: () => Values;
  readonly named: (row: Row) => string;
  /** Who may change it. */
  readonly write: Right;
  /** Who may remove it; null: the API takes nothing away. */
  readonly removable?: boolean;
  /** Where a thing is made, if not at `path`. */
  readonly makeAt?: (values: Values) => string;
  /** The row of an answer, where that is not the row itself. */
  readonly rowOf?: (answer: unknown) => Row;
  /** What is sent, where that is not what the form holds. */
  readonly sent?: (values: Values, isNew: boolean) => Values;
  /** What has to be said once it is there, such as a password that is shown only now. */
  readonly made?: (answer: unknown, words: OfficeWords) => { readonly title: string; readonly said: ReactNode };
  /** What stands under the form of something that is there. */
  readonly more?: (row: Row, words: OfficeWords, mayWrite: boolean) => ReactNode;
  /** What stands above the list. */
  readonly above?: (words: OfficeWords) => ReactNode;
  /** Only these rows of what was loaded. */
  readonly only?: (row: Row) => boolean;
  /** A quiet sentence above the form, such as what a change does. */
  readonly warning?: (row: Row, words: OfficeWords) => string | null;
}

/** The members of the documents that a form is about. */
export function membersOf(fields: readonly Field[]): readonly string[] {
  return fields.flatMap((field) => (field.kind === "own" ? [...field.names] : [field.name]));
}
