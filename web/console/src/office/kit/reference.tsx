/** Naming something else: a field that finds it while one types. */

import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Button, ComboBox, Input, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { ask } from "../../request";
import { keyOf, type Page } from "./pages";
import type { OfficeWords, Reference } from "./resource";
import type { Values } from "./values";

interface Props {
  readonly to: Reference;
  readonly value: string | null;
  readonly onChange: (value: string | null, row: Record<string, unknown> | null) => void;
  readonly words: OfficeWords;
  readonly id?: string;
  readonly label?: string;
  readonly labelledBy?: string;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean;
  readonly readOnly?: boolean;
  readonly none?: string;
  readonly values?: Values;
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly told: string;
  readonly row: Record<string, unknown>;
}

const SHOWN = 50;

export function ReferenceField(props: Props): ReactElement {
  const { to, value, onChange, words } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const query = to.query?.(props.values ?? {}) ?? {};
  const asked = typed !== null && to.search !== undefined && typed.trim() !== "" ? { ...query, [to.search]: typed.trim() } : query;
  const { data } = useQuery({
    queryKey: [...keyOf(to.path, { ...asked, limit: SHOWN }), "reference"],
    queryFn: ({ signal }) => ask<Page<Record<string, unknown>>>(to.path, { ...asked, limit: to.search === undefined ? 500 : SHOWN }, signal),
    placeholderData: (before) => before,
  });
  const chosen = useNamed(to, value, data?.items);
  const items = (data?.items ?? [])
    .map((row): Found => ({ id: String(row.id), name: to.named(row), told: to.told?.(row) ?? "", row }))
    .filter((one) => to.search !== undefined || typed === null || one.name.toLowerCase().includes(typed.trim().toLowerCase()));

  return (
    <ComboBox
      className="office-combo"
      {...(props.label === undefined ? {} : { "aria-label": props.label })}
      {...(props.labelledBy === undefined ? {} : { "aria-labelledby": props.labelledBy })}
      {...(props.describedBy === undefined ? {} : { "aria-describedby": props.describedBy })}
      isInvalid={props.invalid ?? false}
      isReadOnly={props.readOnly ?? false}
      allowsEmptyCollection
      menuTrigger="focus"
      items={items}
      inputValue={typed ?? (value === null ? "" : chosen)}
      selectedKey={value}
      onInputChange={(text) => setTyped(text)}
      onSelectionChange={(key) => {
        setTyped(null);
        if (key !== null) onChange(String(key), items.find((one) => one.id === key)?.row ?? null);
      }}
      onBlur={() => {
        if (typed !== null && typed.trim() === "" && value !== null) onChange(null, null);
        setTyped(null);
      }}
    >
      <span className="office-combo-box">
        <Input id={props.id} className="office-input" placeholder={props.none ?? ""} autoComplete="off" />
        <Button className="office-combo-open" aria-label={words.say("kit.choose")}>▾</Button>
      </span>
      <Popover className="office-popover" offset={2}>
        <ListBox<Found> className="office-options" renderEmptyState={() => <p className="office-quiet">{words.say("kit.none-found")}</p>}>
          {(one) => (
            <ListBoxItem id={one.id} textValue={one.name} className="office-option">
              <span>{one.name}</span>
              {one.told !== "" && <small>{one.told}</small>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

/** What the chosen one is called, even where it is not among those that were found. */
export function useNamed(to: Reference, value: string | null, among: readonly Record<string, unknown>[] | undefined): string {
  const here = among?.find((row) => row.id === value);
  const asked = useQuery({
    queryKey: keyOf(`${to.path}/${value ?? ""}`),
    enabled: value !== null && among !== undefined && here === undefined,
    queryFn: ({ signal }) => ask<Record<string, unknown>>(`${to.path}/${value ?? ""}`, {}, signal),
    retry: false,
  });
  const row = here ?? inner(asked.data);
  // Whoever may not read it is not told a number that says nothing.
  return row === undefined ? (asked.isError ? "–" : "") : to.named(row);
}

/** Some answers hold the row in a member of its name: `{technician, skills}`. */
function inner(answer: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (answer === undefined || "id" in answer) return answer;
  return Object.values(answer).find((one): one is Record<string, unknown> => typeof one === "object" && one !== null && "id" in one);
}
