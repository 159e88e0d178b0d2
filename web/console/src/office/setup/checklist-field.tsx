/** The checklist of a job type: questions in their order, each of a kind, beside how a phone will show them. */

import { type ReactElement, useEffect, useId, useRef, useState } from "react";
import { NumberInput, sentence } from "../kit/fields";
import type { OfficeWords, OwnField } from "../kit/resource";
import { type Checklist, type Condition, fresh, type Kind, KINDS, mustBeAnswered, nameFor, type Question, read, write } from "./checklist";

const FORMATS = ["qr_code", "code_128", "ean_13", "ean_8", "data_matrix", "code_39", "pdf417", "aztec"] as const;

export function ChecklistField({ values, change, complaints, readOnly, words, id }: OwnField): ReactElement {
  const list = read((values.checklist ?? {}) as Record<string, unknown>);
  const [open, setOpen] = useState<string | null>(null);
  const [shown, setShown] = useState<"questions" | "preview" | "schema">("questions");
  const put = (next: Checklist): void => change({ checklist: write(next) });
  const names = list.questions.map((one) => one.name);
  const view = (which: typeof shown): ReactElement => (
    <button key={which} type="button" role="tab" aria-selected={shown === which} tabIndex={shown === which ? 0 : -1} onClick={() => setShown(which)}>
      {words.say(`checklist.${which}`)}
    </button>
  );

  function add(kind: Kind): void {
    const question = fresh(kind, names);
    put({ ...list, questions: [...list.questions, question] });
    setOpen(question.name);
  }

  function edit(at: number, next: Question): void {
    const before = list.questions[at]?.name;
    const named = (name: string): string => (name === before ? next.name : name);
    const conditions = list.conditions.map((one) => ({ ...one, name: named(one.name), when: named(one.when) }));
    put({ ...list, conditions, questions: list.questions.map((one, index) => (index === at ? next : one)) });
  }

  function remove(at: number): void {
    const { name } = list.questions[at] ?? { name: "" };
    const conditions = list.conditions.filter((one) => one.name !== name && one.when !== name);
    put({ ...list, questions: list.questions.filter((_, index) => index !== at), conditions });
  }

  function move(at: number, by: number): void {
    const questions = [...list.questions];
    const [one] = questions.splice(at, 1);
    if (one !== undefined) questions.splice(at + by, 0, one);
    put({ ...list, questions });
  }

  return (
    <div className="office-checklist">
      <div role="tablist" className="office-tabs" aria-label={words.say("checklist.title")} onKeyDown={tabsByArrows}>
        {view("questions")}
        {view("preview")}
        {view("schema")}
      </div>
      {shown === "preview" && <Preview list={list} words={words} />}
      {shown === "schema" && <pre className="office-schema" tabIndex={0}>{JSON.stringify(write(list), null, 2)}</pre>}
      {shown === "questions" && (
        <>
          {list.questions.length === 0 && <p className="office-quiet">{words.say("checklist.none")}</p>}
          <ol className="office-questions">
            {list.questions.map((one, at) => {
              const wrong = complaints.filter(({ within }) => within[0] === "properties" && within[1] === one.name);
              const isOpen = open === one.name || wrong.length > 0;
              return (
                <li key={one.name} data-question={one.name}>
                  <div className="office-question-head">
                    <span className="office-kind" aria-hidden="true">{SIGNS[one.kind]}</span>
                    <button type="button" className="office-question-name" aria-expanded={isOpen} onClick={() => setOpen(isOpen ? null : one.name)}>
                      <b>{one.title || words.say("checklist.untitled")}</b>
                      <small>{words.say(`checklist.kind.${one.kind}`)}{one.required ? ` · ${words.say("checklist.must")}` : ""}</small>
                    </button>
                    {!readOnly && (
                      <span className="office-row">
                        <button type="button" className="office-icon" disabled={at === 0} aria-label={words.say("checklist.up", { what: one.title })} onClick={() => move(at, -1)}>↑</button>
                        <button type="button" className="office-icon" disabled={at === list.questions.length - 1} aria-label={words.say("checklist.down", { what: one.title })} onClick={() => move(at, 1)}>↓</button>
                        <button type="button" className="office-icon" aria-label={words.say("checklist.remove", { what: one.title })} onClick={() => remove(at)}>×</button>
                      </span>
                    )}
                  </div>
                  {wrong.length > 0 && <p className="office-wrong" role="alert">{wrong.map((each) => `${each.within.at(-1)}: ${sentence(each)}`).join(" ")}</p>}
                  {isOpen && <QuestionForm question={one} names={names} readOnly={readOnly} words={words} onChange={(next) => { if (next.name !== one.name) setOpen(next.name); edit(at, next); }} />}
                </li>
              );
            })}
          </ol>
          {complaints.filter(({ within }) => within[0] !== "properties").map((one) => <p key={one.place} className="office-wrong" role="alert">{one.within.join(" ")} {sentence(one)}</p>)}
          {!readOnly && (
            <div className="office-add-kinds" role="group" aria-label={words.say("checklist.add")}>
              <span className="office-quiet">{words.say("checklist.add")}</span>
              {KINDS.map((kind) => (
                <button key={kind} type="button" className="office-button" onClick={() => add(kind)}>
                  <span aria-hidden="true">{SIGNS[kind]} </span>{words.say(`checklist.kind.${kind}`)}
                </button>
              ))}
            </div>
          )}
          <Conditions list={list} words={words} readOnly={readOnly} id={id} onChange={(conditions) => put({ ...list, conditions })} />
        </>
      )}
    </div>
  );
}

const SIGNS: Readonly<Record<Kind, string>> = { text: "¶", number: "#", reading: "⏲", choice: "◉", yes_no: "✓", photo: "▣", signature: "✎", code: "▥" };

function tabsByArrows(event: React.KeyboardEvent<HTMLDivElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const at = tabs.indexOf(document.activeElement as HTMLButtonElement);
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined || at < 0) return;
  const next = tabs[(at + by + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}

interface QuestionProps {
  readonly question: Question;
  readonly names: readonly string[];
  readonly readOnly: boolean;
  readonly words: OfficeWords;
  readonly onChange: (next: Question) => void;
}

function QuestionForm({ question, names, readOnly, words, onChange }: QuestionProps): ReactElement {
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (question.title === "") first.current?.focus();
  }, []);
  const set = (part: Partial<Question>): void => onChange({ ...question, ...part });
  const text = (member: "title" | "titleZh" | "hint" | "hintZh" | "unit" | "pattern", longest: number): ReactElement => (
    <div>
      <label className="office-sub" htmlFor={`${id}-${member}`}>{words.say(member === "title" ? "checklist.title-en" : `checklist.${member}`)}</label>
      <input ref={member === "title" ? first : undefined} id={`${id}-${member}`} className="office-input" maxLength={longest} readOnly={readOnly} value={question[member]} autoComplete="off"
        onChange={(event) => set({ [member]: event.target.value })}
        onBlur={() => {
          // A question that has just been named gets a name for its answers; later it keeps it.
          if (member === "title" && /^(text|number|reading|choice|yes_no|photo|signature|code)(_\d+)?$/.test(question.name) && question.title.trim() !== "") {
            set({ name: nameFor(question.title, names.filter((one) => one !== question.name)) });
          }
        }} />
    </div>
  );
  const number = (member: "least" | "most", label: "least" | "most" | "longest" | "fewest-photos" | "most-photos" | "shortest"): ReactElement => (
    <div>
      <label className="office-sub" htmlFor={`${id}-${member}`}>{words.say(`checklist.${label}`)}</label>
      <NumberInput id={`${id}-${member}`} readOnly={readOnly} orNone value={question[member]} onChange={(value) => set({ [member]: value })} />
    </div>
  );
  const { kind } = question;
  return (
    <div className="office-grid office-question">
      {text("title", 200)}
      {text("titleZh", 200)}
      {text("hint", 500)}
      {text("hintZh", 500)}
      {(kind === "number" || kind === "reading") && <>{number("least", "least")}{number("most", "most")}{text("unit", 20)}
        <label className="office-check"><input type="checkbox" checked={question.whole} disabled={readOnly} onChange={(event) => set({ whole: event.target.checked })} /> {words.say("checklist.whole")}</label></>}
      {(kind === "text" || kind === "code") && <>{number("least", "shortest")}{number("most", "longest")}</>}
      {kind === "photo" && <>{number("least", "fewest-photos")}{number("most", "most-photos")}</>}
      {kind === "code" && (
        <>
          {text("pattern", 200)}
          <fieldset className="office-checks">
            <legend className="office-sub">{words.say("checklist.formats")}</legend>
            {FORMATS.map((format) => (
              <label key={format} className="office-check">
                <input type="checkbox" disabled={readOnly} checked={question.formats.includes(format)} onChange={(event) => set({ formats: event.target.checked ? [...question.formats, format] : question.formats.filter((one) => one !== format) })} /> {format}
              </label>
            ))}
          </fieldset>
        </>
      )}
      {kind === "choice" && <Choices question={question} readOnly={readOnly} words={words} onChange={(choices) => set({ choices })} />}
      <label className="office-check"><input type="checkbox" checked={question.required} disabled={readOnly} onChange={(event) => set({ required: event.target.checked })} /> {words.say("checklist.required")}</label>
      <p className="office-quiet">{words.say("checklist.name", { name: question.name })}</p>
    </div>
  );
}

function Choices({ question, readOnly, words, onChange }: { readonly question: Question; readonly readOnly: boolean; readonly words: OfficeWords; readonly onChange: (choices: Question["choices"]) => void }): ReactElement {
  const { choices } = question;
  return (
    <table className="office-edit-table wide">
      <thead><tr><th scope="col">{words.say("checklist.choice-value")}</th><th scope="col">{words.say("language.en")}</th><th scope="col">{words.say("language.zh")}</th><th /></tr></thead>
      <tbody>
        {choices.map((one, at) => (
          <tr key={at}>
            {(["value", "en", "zh"] as const).map((member) => (
              <td key={member}><input className="office-input" aria-label={words.say("checklist.choice-of", { n: at + 1, what: words.say(member === "value" ? "checklist.choice-value" : `language.${member}`) })} maxLength={member === "value" ? 80 : 200} readOnly={readOnly} value={one[member]} onChange={(event) => onChange(choices.map((each, index) => (index === at ? { ...each, [member]: event.target.value } : each)))} /></td>
            ))}
            <td>{!readOnly && <button type="button" className="office-icon" aria-label={words.say("checklist.choice-remove", { what: one.value })} onClick={() => onChange(choices.filter((_, index) => index !== at))}>×</button>}</td>
          </tr>
        ))}
      </tbody>
      {!readOnly && <tfoot><tr><td colSpan={4}><button type="button" className="office-button" onClick={() => onChange([...choices, { value: "", en: "", zh: "" }])}>+ {words.say("checklist.choice-add")}</button></td></tr></tfoot>}
    </table>
  );
}

/** "If … is …, then … must be answered." */
function Conditions({ list, words, readOnly, id, onChange }: { readonly list: Checklist; readonly words: OfficeWords; readonly readOnly: boolean; readonly id: string; readonly onChange: (next: readonly Condition[]) => void }): ReactElement | null {
  const testable = list.questions.filter((one) => one.kind === "yes_no" || one.kind === "choice");
  const [when, setWhen] = useState("");
  const [value, setValue] = useState("");
  const [name, setName] = useState("");
  const titled = (one: string): string => list.questions.find((each) => each.name === one)?.title || one;
  const asked = testable.find((one) => one.name === when);
  const options = asked === undefined ? [] : asked.kind === "yes_no" ? ["true", "false"] : asked.choices.map((one) => one.value);
  if (testable.length === 0 && list.conditions.length === 0) return null;
  const shown = (one: string | boolean): string => (typeof one === "boolean" ? words.say(one ? "kit.yes" : "kit.no") : one);
  return (
    <div className="office-conditions">
      <h4>{words.say("checklist.conditions")}</h4>
      <ul>
        {list.conditions.map((one, at) => (
          <li key={`${one.when} ${one.value} ${one.name}`}>
            {words.say("checklist.condition", { when: titled(one.when), value: shown(one.value), name: titled(one.name) })}
            {!readOnly && <button type="button" className="office-icon" aria-label={words.say("checklist.condition-remove")} onClick={() => onChange(list.conditions.filter((_, index) => index !== at))}>×</button>}
          </li>
        ))}
        {list.otherConditions.map((one) => <li key={JSON.stringify(one)}><code>{JSON.stringify(one)}</code></li>)}
      </ul>
      {!readOnly && list.questions.length > 1 && (
        <div className="office-row wrap">
          <label htmlFor={`${id}-when`} className="office-sub">{words.say("checklist.if")}</label>
          <select id={`${id}-when`} className="office-input" value={when} onChange={(event) => (setWhen(event.target.value), setValue(""))}>
            <option value="">–</option>
            {testable.map((one) => <option key={one.name} value={one.name}>{titled(one.name)}</option>)}
          </select>
          <label htmlFor={`${id}-value`} className="office-sub">{words.say("checklist.is")}</label>
          <select id={`${id}-value`} className="office-input" value={value} onChange={(event) => setValue(event.target.value)}>
            <option value="">–</option>
            {options.map((one) => <option key={one} value={one}>{asked?.kind === "yes_no" ? shown(one === "true") : one}</option>)}
          </select>
          <label htmlFor={`${id}-then`} className="office-sub">{words.say("checklist.then")}</label>
          <select id={`${id}-then`} className="office-input" value={name} onChange={(event) => setName(event.target.value)}>
            <option value="">–</option>
            {list.questions.filter((one) => one.name !== when).map((one) => <option key={one.name} value={one.name}>{titled(one.name)}</option>)}
          </select>
          <button type="button" className="office-button" disabled={when === "" || value === "" || name === ""} onClick={() => {
            onChange([...list.conditions, { name, when, value: asked?.kind === "yes_no" ? value === "true" : value }]);
            setName("");
          }}>+ {words.say("checklist.condition-add")}</button>
        </div>
      )}
    </div>
  );
}

/** How a phone will ask; what is answered here is kept nowhere. */
function Preview({ list, words }: { readonly list: Checklist; readonly words: OfficeWords }): ReactElement {
  const [answers, setAnswers] = useState<Readonly<Record<string, unknown>>>({});
  const must = mustBeAnswered(list, answers);
  const id = useId();
  const zh = words.language === "zh";
  const set = (name: string, value: unknown): void => setAnswers({ ...answers, [name]: value });
  return (
    <div className="office-phone" role="group" aria-label={words.say("checklist.preview")}>
      {list.questions.map((one) => {
        const title = (zh && one.titleZh) || one.title || words.say("checklist.untitled");
        const hint = (zh && one.hintZh) || one.hint;
        const field = `${id}-${one.name}`;
        return (
          <div key={one.name} className="office-asked">
            <label htmlFor={field}>{title}{must.has(one.name) && <span className="office-must"> *</span>}</label>
            {hint !== "" && <small>{hint}</small>}
            {one.kind === "text" && <textarea id={field} rows={2} className="office-input" maxLength={one.most ?? undefined} />}
            {one.kind === "code" && <input id={field} className="office-input" placeholder={one.pattern} />}
            {(one.kind === "number" || one.kind === "reading") && <span className="office-with-unit"><input id={field} className="office-input" inputMode="decimal" placeholder={[one.least, one.most].map((each) => each ?? "").join(" – ")} /> {one.unit}</span>}
            {one.kind === "yes_no" && (
              <span className="office-row" id={field} role="radiogroup" aria-label={title}>
                {[true, false].map((yes) => <button key={String(yes)} type="button" role="radio" aria-checked={answers[one.name] === yes} className="office-button" onClick={() => set(one.name, yes)}>{words.say(yes ? "kit.yes" : "kit.no")}</button>)}
              </span>
            )}
            {one.kind === "choice" && (
              <select id={field} className="office-input" value={String(answers[one.name] ?? "")} onChange={(event) => set(one.name, event.target.value)}>
                <option value="">–</option>
                {one.choices.map((choice) => <option key={choice.value} value={choice.value}>{(zh && choice.zh) || choice.en || choice.value}</option>)}
              </select>
            )}
            {one.kind === "photo" && <button id={field} type="button" className="office-button">{words.say("checklist.take-photos", { least: one.least ?? 1, most: one.most ?? 20 })}</button>}
            {one.kind === "signature" && <button id={field} type="button" className="office-sign">{words.say("checklist.sign")}</button>}
          </div>
        );
      })}
    </div>
  );
}
