/** The fields of a form, each with its label, its hint, and what is wrong with it. */

import { type ReactElement, type ReactNode, useEffect, useId, useState } from "react";
import { parsedClock, parsedDuration, writtenDuration } from "./duration";
import type { Placed } from "./places";
import { ReferenceField } from "./reference";
import type { Field, OfficeWords } from "./resource";
import { orNone, type Values } from "./values";
import { DayField } from "../../pieces";

interface Props {
  readonly field: Field;
  readonly values: Values;
  readonly change: (part: Values) => void;
  readonly complaints: readonly Placed[];
  readonly readOnly: boolean;
  readonly isNew: boolean;
  readonly rowId: string | null;
  readonly words: OfficeWords;
}

export function FieldRow(props: Props): ReactElement {
  const { field, words, complaints } = props;
  const id = useId();
  const locked = props.readOnly || (field.once === true && !props.isNew);
  const about = [field.hint === undefined ? "" : `${id}-hint`, complaints.length > 0 ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  const group = field.kind === "own";
  return (
    <div className={`office-field${field.wide || group ? " wide" : ""}`} data-field={field.name} role={group ? "group" : undefined} aria-labelledby={group ? `${id}-label` : undefined}>
      {group ? (
        <span id={`${id}-label`} className={field.part === field.label ? "visually-hidden" : "office-label"}>{words.say(field.label)}</span>
      ) : field.kind === "yes-no" ? null : (
        <label id={`${id}-label`} htmlFor={id} className="office-label">
          {words.say(field.label)}
          {field.required && <span className="office-must" aria-hidden="true"> *</span>}
        </label>
      )}
      <Control {...props} readOnly={locked} id={id} about={about === "" ? undefined : about} />
      {field.hint !== undefined && <small id={`${id}-hint`} className="office-hint">{words.say(field.hint)}</small>}
      <Wrong id={`${id}-wrong`} complaints={group ? complaints.filter((one) => one.within.length === 0) : complaints} />
    </div>
  );
}

/** What is wrong, and what helps. */
export function Wrong({ id, complaints }: { readonly id?: string; readonly complaints: readonly Placed[] }): ReactElement | null {
  if (complaints.length === 0) return null;
  return (
    <p id={id} className="office-wrong" role="alert">
      {complaints.map((one) => sentence(one)).join(" ")}
    </p>
  );
}

export function sentence({ problem, remedy }: { problem: string; remedy: string }): string {
  const first = problem === "" ? "" : problem[0]?.toUpperCase() + problem.slice(1);
  return remedy === "" ? `${first}${/[.。!?]$/.test(first) ? "" : "."}` : `${first}: ${remedy}.`;
}

function Control(props: Props & { readonly id: string; readonly about: string | undefined }): ReactNode {
  const { field, values, change, words, id, about, readOnly, complaints } = props;
  const value = values[field.name];
  const set = (next: unknown): void => change({ [field.name]: next });
  const common = {
    id,
    "aria-describedby": about,
    "aria-invalid": complaints.length > 0 || undefined,
    "aria-required": field.required || undefined,
    readOnly,
    className: "office-input",
  };
  switch (field.kind) {
    case "text":
      return (
        <>
          <input
            {...common}
            type={field.type ?? "text"}
            maxLength={field.longest ?? 200}
            value={String(value ?? "")}
            autoComplete="off"
            list={field.suggest === undefined ? undefined : `${id}-list`}
            onChange={(event) => set(field.orNone ? (event.target.value === "" ? null : event.target.value) : event.target.value)}
            onBlur={() => typeof value === "string" && value !== value.trim() && set(field.orNone ? orNone(value) : value.trim())}
          />
          {field.suggest !== undefined && <datalist id={`${id}-list`}>{field.suggest().map((one) => <option key={one} value={one} />)}</datalist>}
        </>
      );
    case "long":
      return <textarea {...common} rows={3} maxLength={field.longest ?? 20_000} value={String(value ?? "")} onChange={(event) => set(event.target.value)} />;
    case "number":
      return (
        <span className="office-with-unit">
          <NumberInput {...common} value={value as number | null} onChange={set} orNone={field.orNone ?? false} whole={field.whole ?? false} />
          {field.unit !== undefined && <span className="office-quiet">{words.say(field.unit)}</span>}
        </span>
      );
    case "duration":
      return <DurationInput {...common} value={value as number | null} onChange={set} orNone={field.orNone ?? false} words={words} />;
    case "clock":
      return <ClockInput {...common} value={String(value ?? "")} onChange={set} />;
    case "yes-no":
      return (
        <label className="office-check">
          <input id={id} type="checkbox" checked={value === true} disabled={readOnly} aria-describedby={about} onChange={(event) => set(event.target.checked)} />
          {words.say(field.label)}
        </label>
      );
    case "choice":
      return (
        <select id={id} className="office-input" aria-describedby={about} aria-invalid={common["aria-invalid"]} disabled={readOnly} value={String(value ?? "")} onChange={(event) => set(event.target.value === "" ? null : event.target.value)}>
          {(field.orNone || value === null) && <option value="">{field.none === undefined ? "–" : words.say(field.none)}</option>}
          {field.options.map((one) => <option key={one.value} value={one.value}>{words.say(one.label)}</option>)}
        </select>
      );
    case "reference":
      return (
        <ReferenceField
          to={field.to}
          value={(value as string | null) ?? null}
          onChange={(next) => set(next)}
          words={words}
          id={id}
          labelledBy={`${id}-label`}
          describedBy={about}
          invalid={complaints.length > 0}
          readOnly={readOnly}
          none={field.none === undefined ? "" : words.say(field.none)}
          values={values}
        />
      );
    case "date":
      return <DayField labelledBy={`${id}-label`} describedBy={about} invalid={complaints.length > 0} readOnly={readOnly} min="1970-01-02" max="2199-12-31" value={String(value ?? "")} onChange={(day) => set(day === "" ? null : day)} />;
    case "zone":
      return (
        <>
          <input {...common} list={`${id}-zones`} maxLength={64} value={String(value ?? "")} placeholder={field.none === undefined ? "" : words.say(field.none)} autoComplete="off" onChange={(event) => set(field.orNone ? orNone(event.target.value) : event.target.value)} />
          <datalist id={`${id}-zones`}>{ZONES.map((one) => <option key={one} value={one} />)}</datalist>
        </>
      );
    case "own":
      return field.render({ values, change, complaints, readOnly, words, id, isNew: props.isNew, rowId: props.rowId });
  }
}

const ZONES = Intl.supportedValuesOf("timeZone");

interface TextControl {
  readonly id?: string;
  readonly className?: string;
  readonly readOnly?: boolean;
  readonly "aria-describedby"?: string | undefined;
  readonly "aria-invalid"?: boolean | undefined;
  readonly "aria-required"?: boolean | undefined;
  readonly "aria-label"?: string;
  readonly placeholder?: string;
}

/** Something that is written as a text and is a value once it can be read; until then it is kept as it was typed. */
function Written<Value>({ value, shown, read, onChange, ...rest }: TextControl & {
  readonly value: Value;
  readonly shown: (value: Value) => string;
  readonly read: (text: string) => Value;
  readonly onChange: (value: Value) => void;
  readonly inputMode?: "decimal" | "numeric" | "text";
}): ReactElement {
  const [typed, setTyped] = useState<string | null>(null);
  // What comes from elsewhere, such as an undo, goes before what was typed.
  useEffect(() => {
    if (typed !== null && !Object.is(read(typed), value)) setTyped(null);
  }, [value]);
  const readable = typeof value !== "number" || !Number.isNaN(value);
  return (
    <input
      {...rest}
      autoComplete="off"
      value={typed ?? shown(value)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(read(event.target.value));
      }}
      onBlur={() => readable && setTyped(null)}
    />
  );
}

export function NumberInput({ orNone: mayBeNone, whole, ...rest }: TextControl & {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly orNone?: boolean;
  readonly whole?: boolean;
}): ReactElement {
  const read = (text: string): number | null => {
    const trimmed = text.trim().replace(",", ".");
    if (trimmed === "") return mayBeNone ? null : Number.NaN;
    const number = Number(trimmed);
    return whole && !Number.isInteger(number) ? Number.NaN : number;
  };
  return <Written<number | null> className="office-input" {...rest} inputMode="decimal" read={read} shown={(value) => (value === null || Number.isNaN(value) ? "" : String(value))} />;
}

export function DurationInput({ orNone: mayBeNone, words, ...rest }: TextControl & {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly orNone?: boolean;
  readonly words: OfficeWords;
}): ReactElement {
  const read = (text: string): number | null => (text.trim() === "" ? (mayBeNone ? null : Number.NaN) : (parsedDuration(text) ?? Number.NaN));
  return <Written<number | null> className="office-input" {...rest} read={read} shown={(value) => (value === null || Number.isNaN(value) ? "" : writtenDuration(value, words.language))} />;
}

/** A time of day, 24 hours whatever the browser's language. What cannot be read begins with "?". */
export function ClockInput(props: TextControl & { readonly value: string; readonly onChange: (value: string) => void }): ReactElement {
  const read = (text: string): string => parsedClock(text) ?? (text.trim() === "" ? "" : `?${text}`);
  return <Written<string> className="office-input office-clock" placeholder="08:00" {...props} inputMode="numeric" read={read} shown={(value) => value.replace(/^\?/, "")} />;
}
