/** The form of one thing: its fields in parts, saving, what others changed meanwhile, and taking it away. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { useIsHere } from "@fieldwright/shared/is-here";
import { useCommand } from "../../commands";
import { tell } from "../../notices";
import { change as send } from "../../request";
import { did } from "../../undo";
import { TEXTS } from "../texts";
import { Asking } from "./asking";
import { dropDraft } from "./drafts";
import { FieldRow } from "./fields";
import { useOne } from "./pages";
import { type Field, type Identified, membersOf, type OfficeWords, type Resource } from "./resource";
import { Trouble, whatWentWrong } from "./trouble";
import { type Form, useForm } from "./use-form";
import { shownValue } from "./shown-value";
import { valuesOf } from "./values";

interface Props<Row extends Identified> {
  readonly resource: Resource<Row>;
  readonly words: OfficeWords;
  /** null: something new. */
  readonly id: string | null;
  readonly mayWrite: boolean;
  readonly onSaved: (id: string) => void;
  readonly onClose: () => void;
}

export function ResourceForm<Row extends Identified>(props: Props<Row>): ReactElement {
  const { resource, words, id, onClose } = props;
  const found = useOne<unknown>(id === null ? null : `${resource.path}/${id}`);
  if (id !== null && found.error !== null) {
    return (
      <section className="office-detail">
        <Trouble error={found.error} words={words} again={() => void found.refetch()} />
        <button type="button" className="office-button" onClick={onClose}>{words.say("kit.back")}</button>
      </section>
    );
  }
  if (id !== null && found.data === undefined) return <section className="office-detail" aria-busy="true" />;
  const row = id === null ? null : (resource.rowOf?.(found.data) ?? (found.data as Row));
  return <Filled key={id ?? "new"} {...props} row={row} />;
}

function Filled<Row extends Identified>({ resource, words, row, mayWrite, onSaved, onClose }: Props<Row> & { readonly row: Row | null }): ReactElement {
  const form = useForm(resource, row, words);
  const queries = useQueryClient();
  const isHere = useIsHere();
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLFormElement>(null);
  const isNew = row === null;

  useEffect(() => {
    if (isNew) body.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
    else if (!document.activeElement?.classList.contains("office-row-link")) title.current?.focus({ preventScroll: true });
  }, []);
  // Where something is wrong, the first such field has the focus: nobody has to look for it.
  useEffect(() => {
    const first = [...form.complaints.keys()].find((name) => name !== "");
    if (first !== undefined) body.current?.querySelector<HTMLElement>(`[data-field="${first}"] :is(input, textarea, select, button)`)?.focus();
  }, [form.complaints]);

  async function save(): Promise<void> {
    const id = await form.save();
    // Who has gone on to something else meanwhile stays there.
    if (id !== null && isHere()) onSaved(id);
  }

  async function remove(): Promise<void> {
    setAsking(false);
    if (row === null) return;
    try {
      await send("DELETE", `${resource.path}/${row.id}`);
    } catch (error) {
      if (!isHere()) tell(whatWentWrong(error, words), { tone: "bad" });
      setTrouble(error);
      return;
    }
    dropDraft(`${resource.path}/${row.id}`);
    if (isHere()) onClose();
    await queries.invalidateQueries({ queryKey: ["office"] });
    const was = valuesOf(row, membersOf(resource.fields));
    const removed = words.say("kit.removed", { what: resource.named(row) });
    const undo = async (): Promise<void> => {
      await send("POST", resource.makeAt?.(was) ?? resource.path, resource.sent?.(was, true) ?? was);
      await queries.invalidateQueries({ queryKey: ["office"] });
    };
    did({ title: removed, undo });
    tell(removed, { action: { title: words.say("kit.undo"), run: () => void undo().catch((error: unknown) => tell(whatWentWrong(error, words), { tone: "bad" })) } });
  }

  useCommand({ id: "office.save", title: TEXTS["kit.save"], key: "ctrl+s", when: () => mayWrite && (form.dirty || isNew), run: () => void save() });

  return (
    <section className="office-detail" aria-label={isNew ? words.say(resource.add ?? "kit.new") : resource.named(row)}>
      <header className="office-detail-head">
        <button type="button" className="office-icon office-back" aria-label={words.say("kit.back")} onClick={onClose}>‹</button>
        <h2 ref={title} tabIndex={-1}>{isNew ? words.say(resource.add ?? "kit.new") : resource.named(row)}</h2>
        {mayWrite && resource.removable && !isNew && (
          <button type="button" className="office-button quiet-danger" onClick={() => setAsking(true)}>{words.say("kit.remove")}</button>
        )}
      </header>
      {!mayWrite && <p className="office-note">{words.say("kit.read-only")}</p>}
      {row !== null && resource.warning?.(row, words) != null && <p className="office-note">{resource.warning(row, words)}</p>}
      <form
        ref={body}
        className="office-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Overtaken form={form} fields={resource.fields} words={words} />
        <Trouble error={form.error ?? trouble} words={words} />
        {parts(resource.fields).map(({ heading, fields }) => {
          const shown = fields.filter((field) => field.shown?.(form.values, isNew) ?? true);
          if (shown.length === 0) return null;
          const inside = shown.map((field) => (
            <FieldRow
              key={field.name}
              field={field}
              values={form.values}
              change={form.change}
              complaints={complaintsFor(field, form)}
              readOnly={!mayWrite}
              isNew={isNew}
              rowId={row?.id ?? null}
              words={words}
            />
          ));
          return heading === undefined ? (
            <div key="first" className="office-part">{inside}</div>
          ) : (
            <fieldset key={heading} className="office-part">
              <legend>{words.say(heading)}</legend>
              {inside}
            </fieldset>
          );
        })}
        {mayWrite && (
          <footer className="office-form-foot">
            <button type="submit" className="office-button main" disabled={form.saving || (!form.dirty && !isNew)}>
              {words.say(form.saving ? "kit.saving" : isNew ? "kit.create" : "kit.save")}
            </button>
            <button type="button" className="office-button" disabled={!form.dirty && !isNew} onClick={() => (form.giveUp(), isNew && onClose())}>
              {words.say("kit.give-up")}
            </button>
            <span className="office-quiet" role="status">{form.dirty ? words.say("kit.unsaved") : ""}</span>
          </footer>
        )}
      </form>
      {row !== null && resource.more?.(row, words, mayWrite)}
      {asking && row !== null && (
        <Asking
          title={words.say("kit.remove-title", { what: resource.named(row) })}
          text={words.say("kit.remove-text")}
          yes={words.say("kit.remove")}
          no={words.say("kit.keep")}
          onYes={() => void remove()}
          onNo={() => setAsking(false)}
        />
      )}
    </section>
  );
}

/** What somebody else changed meanwhile; what was typed is still in the form. */
function Overtaken({ form, fields, words }: { readonly form: Form; readonly fields: readonly Field[]; readonly words: OfficeWords }): ReactNode {
  if (form.stale === null) return null;
  const { by, at, clashes } = form.stale;
  return (
    <div className="office-stale" role="alert">
      <p>
        <b>{words.say(by === "" ? "kit.stale-somebody" : "kit.stale", { who: by, when: at === "" ? "" : words.time(at) })}</b>{" "}
        {words.say(clashes.length === 0 ? "kit.stale-merged" : "kit.stale-clash")}
      </p>
      {clashes.length > 0 && (
        <table className="office-clashes">
          <thead>
            <tr>
              <th scope="col">{words.say("kit.field")}</th>
              <th scope="col">{words.say("kit.yours")}</th>
              <th scope="col">{words.say("kit.theirs")}</th>
              <th scope="col"><span className="visually-hidden">{words.say("kit.take-theirs")}</span></th>
            </tr>
          </thead>
          <tbody>
            {clashes.map((clash) => {
              const field = fields.find((one) => (one.kind === "own" ? one.names.includes(clash.name) : one.name === clash.name));
              return (
                <tr key={clash.name}>
                  <th scope="row">{field === undefined ? clash.name : words.say(field.label)}</th>
                  <td>{shownValue(clash.mine, field, words)}</td>
                  <td>{shownValue(clash.theirs, field, words)}</td>
                  <td>
                    <button type="button" className="office-button" onClick={() => form.change({ [clash.name]: clash.theirs })}>{words.say("kit.take-theirs")}</button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </div>
  );
}

function complaintsFor(field: Field, form: Form): ReturnType<typeof mine> {
  return mine(field.kind === "own" ? field.names : [field.name], form);
}

function mine(names: readonly string[], form: Form): NonNullable<ReturnType<Form["complaints"]["get"]>> {
  return names.flatMap((name) => form.complaints.get(name) ?? []);
}

function parts(fields: readonly Field[]): readonly { heading: Field["part"]; fields: Field[] }[] {
  const found: { heading: Field["part"]; fields: Field[] }[] = [];
  for (const field of fields) {
    const last = found.at(-1);
    if (last === undefined || (field.part !== undefined && field.part !== last.heading)) found.push({ heading: field.part, fields: [field] });
    else last.fields.push(field);
  }
  return found;
}
