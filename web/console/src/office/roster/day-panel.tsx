/** What lies on a day of somebody: shifts and absences to change, and new ones, on one day or several. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { tell } from "../../notices";
import { ask, change as send, Refused, type Shape } from "../../request";
import { did, takeBack } from "../../undo";
import { DayField } from "../../pieces";
import { ClockInput, DurationInput, sentence } from "../kit/fields";
import { complaintsOf } from "../kit/places";
import type { OfficeWords } from "../kit/resource";
import { Trouble, whatWentWrong } from "../kit/trouble";
import { daysAfter, instantOf, wallOf } from "../kit/wall";
import { dayName } from "./day-names";
import { removalOf } from "./removal";
import type { Absence, Shift } from "./roster";

export interface Marked {
  readonly technician: string;
  readonly dates: readonly string[];
  /** A shift or an absence that was chosen. */
  readonly item: string | null;
  readonly from?: string;
  readonly to?: string;
  readonly anchor?: string;
  /** Marked by arrow keys: the focus stays in the calendar. */
  readonly quiet?: boolean;
}

interface Props {
  readonly marked: Marked;
  readonly technician: Shape<"TechnicianShape">;
  readonly zone: string;
  readonly shifts: readonly Shift[];
  readonly absences: readonly Absence[];
  readonly away: ReadonlySet<string>;
  readonly mayShifts: boolean;
  readonly mayAbsences: boolean;
  readonly words: OfficeWords;
  readonly onClose: () => void;
}

interface Rest {
  readonly id: string | null;
  readonly from: string;
  readonly to: string;
  readonly duration: number | null;
}

interface ShiftForm {
  readonly from: string;
  readonly to: string;
  readonly overtime: number | null;
  readonly duty: number | null;
  readonly breaks: readonly Rest[];
}

export function DayPanel(props: Props): ReactElement {
  const { marked, technician, zone, shifts, absences, words, onClose, mayShifts, mayAbsences } = props;
  const [making, setMaking] = useState<"shift" | "absence" | null>(
    marked.item !== null || (shifts.length > 0 && marked.from === undefined) ? null : mayShifts ? "shift" : mayAbsences ? "absence" : null,
  );
  const title = useRef<HTMLHeadingElement>(null);
  const [first = ""] = marked.dates;
  const last = marked.dates.at(-1) ?? first;
  useEffect(() => {
    if (!marked.quiet && making === null) title.current?.focus();
  }, []);
  return (
    <aside className="office-detail office-day" aria-label={words.say("roster.panel", { who: technician.name, day: dayName(first, words.language, "long") })}>
      <header className="office-detail-head">
        <button type="button" className="office-icon office-back" aria-label={words.say("kit.back")} onClick={onClose}>‹</button>
        <h2 ref={title} tabIndex={-1}>{technician.name}</h2>
        <button type="button" className="office-icon" aria-label={words.say("kit.close")} onClick={onClose}>×</button>
      </header>
      <p className="office-quiet">
        {dayName(first, words.language, "long")}
        {last !== first && <> – {dayName(last, words.language, "long")} ({words.say("roster.days", { count: marked.dates.length })})</>} · {zone}
      </p>
      {marked.dates.length === 1 && shifts.map((shift) => <OldShift key={shift.id} {...props} shift={shift} />)}
      {marked.dates.length === 1 && absences.map((absence) => <OldAbsence key={absence.id} {...props} absence={absence} />)}
      {making === "shift" && <NewShift {...props} />}
      {making === "absence" && <NewAbsence {...props} />}
      <div className="office-row wrap">
        {mayShifts && making !== "shift" && <button type="button" className="office-button" onClick={() => setMaking("shift")}>+ {words.say("roster.shift-add")}</button>}
        {mayAbsences && making !== "absence" && <button type="button" className="office-button" onClick={() => setMaking("absence")}>+ {words.say("roster.absence-add")}</button>}
      </div>
    </aside>
  );
}

function useAct(words: OfficeWords): { readonly going: boolean; readonly error: unknown; readonly act: (work: () => Promise<void>) => Promise<void>; readonly again: () => Promise<void> } {
  const queries = useQueryClient();
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const again = async (): Promise<void> => void (await queries.invalidateQueries({ queryKey: ["office"] }));
  async function act(work: () => Promise<void>): Promise<void> {
    setGoing(true);
    setError(null);
    try {
      await work();
      await again();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setGoing(false);
    }
  }
  void words;
  return { going, error, act, again };
}

/** What is sent for a shift on a date; one that ends before it begins ends the day after. */
function bodyOf(form: ShiftForm, date: string, zone: string): Record<string, unknown> {
  const over = form.to !== "24:00" && form.to <= form.from;
  const at = (time: string): string => instantOf({ date: time < form.from && over ? daysAfter(date, 1) : date, time }, zone);
  return {
    starts_at: instantOf({ date, time: form.from }, zone),
    ends_at: instantOf({ date: over ? daysAfter(date, 1) : date, time: form.to }, zone),
    max_overtime: form.overtime ?? 0,
    max_duty: form.duty,
    breaks: form.breaks.map((one) => ({ ...(one.id === null ? {} : { id: one.id }), earliest: at(one.from), latest: at(one.to), duration: one.duration ?? 0 })),
  };
}

function formOf(shift: Shift, zone: string): ShiftForm {
  return {
    from: wallOf(shift.starts_at, zone).time,
    to: wallOf(shift.ends_at, zone).time,
    overtime: shift.max_overtime,
    duty: shift.max_duty,
    breaks: shift.breaks.map((one) => ({ id: one.id, from: wallOf(one.earliest, zone).time, to: wallOf(one.latest, zone).time, duration: one.duration })),
  };
}

function NewShift({ marked, technician, zone, words, onClose }: Props): ReactElement {
  const [form, setForm] = useState<ShiftForm>({ from: marked.from ?? "08:00", to: marked.to ?? "17:00", overtime: 3600, duty: null, breaks: [] });
  const { going, error, act, again } = useAct(words);
  const [told, setTold] = useState<readonly string[]>([]);

  async function make(): Promise<void> {
    const made: Shift[] = [];
    const refused: string[] = [];
    for (const date of marked.dates) {
      try {
        made.push((await send<Shift>("POST", "/api/v1/shifts", { technician_id: technician.id, ...bodyOf(form, date, zone) })).body);
      } catch (refusal) {
        // One day: its fields are wrong. Several: the others are made, and what was in the way is told.
        if (marked.dates.length === 1 || !(refusal instanceof Refused) || refusal.status !== 409) throw refusal;
        refused.push(`${dayName(date, words.language, "short")}: ${refusal.message}`);
      }
    }
    if (made.length > 0) {
      const title = words.say("roster.made", { who: technician.name, count: made.length });
      tell(title);
      const kept = removalOf(made);
      did({ title, kept, undo: async () => {
        await takeBack(kept);
        await again();
      } });
    }
    setTold(refused);
    if (refused.length === 0) onClose();
  }

  return (
    <form className="office-form office-inner" onSubmit={(event: FormEvent) => (event.preventDefault(), void act(make))}>
      <h3>{words.say("roster.shift-new")}</h3>
      <ShiftFields form={form} onChange={setForm} words={words} error={error} focus={!marked.quiet} />
      {told.length > 0 && <div className="office-trouble" role="alert"><p>{words.say("roster.some-refused")}</p><ul>{told.map((one) => <li key={one}>{one}</li>)}</ul></div>}
      <button type="submit" className="office-button main" disabled={going || unreadable(form)}>{words.say(going ? "kit.saving" : "roster.make", { count: marked.dates.length })}</button>
    </form>
  );
}

function unreadable(form: ShiftForm): boolean {
  const clocks = [form.from, form.to, ...form.breaks.flatMap((one) => [one.from, one.to])];
  return clocks.some((one) => !/^\d\d:\d\d$/.test(one)) || [form.overtime, form.duty, ...form.breaks.map((one) => one.duration)].some((one) => Number.isNaN(one));
}

function ShiftFields({ form, onChange, words, error, readOnly = false, focus = false }: { readonly form: ShiftForm; readonly onChange: (form: ShiftForm) => void; readonly words: OfficeWords; readonly error: unknown; readonly readOnly?: boolean; readonly focus?: boolean }): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) box.current?.querySelector("input")?.focus();
  }, []);
  const listed = error instanceof Refused ? complaintsOf(error.problem) : [];
  const wrong = (start: string): ReactElement[] => listed.filter((one) => one.place.replace(/^body\./, "").startsWith(start)).map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>);
  const put = (at: number, part: Partial<Rest>): void => onChange({ ...form, breaks: form.breaks.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <div ref={box} className="office-rows">
      <div className="office-row wrap">
        <label className="office-sub">{words.say("roster.from")} <ClockInput readOnly={readOnly} value={form.from} onChange={(from) => onChange({ ...form, from })} /></label>
        <label className="office-sub">{words.say("roster.to")} <ClockInput readOnly={readOnly} value={form.to} onChange={(to) => onChange({ ...form, to })} /></label>
        {form.to !== "24:00" && form.to <= form.from && <span className="office-quiet">{words.say("roster.next-day")}</span>}
      </div>
      {wrong("starts_at")}{wrong("ends_at")}
      <div className="office-row wrap">
        <label className="office-sub">{words.say("roster.overtime")} <DurationInput className="office-input office-clock" words={words} readOnly={readOnly} value={form.overtime} onChange={(overtime) => onChange({ ...form, overtime })} /></label>
        <label className="office-sub">{words.say("roster.duty")} <DurationInput className="office-input office-clock" words={words} orNone readOnly={readOnly} value={form.duty} onChange={(duty) => onChange({ ...form, duty })} /></label>
      </div>
      {wrong("max_")}
      {form.breaks.map((rest, at) => (
        <div key={at} className="office-row wrap" role="group" aria-label={words.say("roster.break", { n: at + 1 })}>
          <b>{words.say("roster.break", { n: at + 1 })}</b>
          <DurationInput className="office-input office-clock" aria-label={words.say("roster.break-duration", { n: at + 1 })} words={words} readOnly={readOnly} value={rest.duration} onChange={(duration) => put(at, { duration })} />
          <span className="office-quiet">{words.say("roster.break-between")}</span>
          <ClockInput aria-label={words.say("roster.break-from", { n: at + 1 })} readOnly={readOnly} value={rest.from} onChange={(from) => put(at, { from })} />–
          <ClockInput aria-label={words.say("roster.break-to", { n: at + 1 })} readOnly={readOnly} value={rest.to} onChange={(to) => put(at, { to })} />
          {!readOnly && <button type="button" className="office-icon" aria-label={words.say("roster.break-remove", { n: at + 1 })} onClick={() => onChange({ ...form, breaks: form.breaks.filter((_, index) => index !== at) })}>×</button>}
          {wrong(`breaks[${at}]`)}{wrong(`breaks.${at}`)}
        </div>
      ))}
      {!readOnly && form.breaks.length < 6 && <button type="button" className="office-button" onClick={() => onChange({ ...form, breaks: [...form.breaks, { id: null, from: "12:00", to: "13:30", duration: 1800 }] })}>+ {words.say("roster.break-add")}</button>}
      {listed.length === 0 && <Trouble error={error} words={words} />}
    </div>
  );
}

function OldShift({ shift, marked, zone, technician, away, mayShifts, words, onClose }: Props & { readonly shift: Shift }): ReactElement {
  const [form, setForm] = useState(() => formOf(shift, zone));
  const [base, setBase] = useState(shift);
  const [stale, setStale] = useState("");
  const { going, error, act, again } = useAct(words);
  const date = wallOf(shift.starts_at, zone).date;
  const dirty = JSON.stringify(form) !== JSON.stringify(formOf(base, zone));
  const readOnly = !mayShifts || shift.ended_at !== null;

  async function save(): Promise<void> {
    try {
      const { body } = await send<Shift>("PATCH", `/api/v1/shifts/${shift.id}`, bodyOf(form, date, zone), { ifMatch: base.version });
      const title = words.say("roster.saved", { who: technician.name });
      const before = bodyOf(formOf(base, zone), date, zone);
      tell(title);
      did({ title, undo: async () => (await send("PATCH", `/api/v1/shifts/${shift.id}`, before, { ifMatch: body.version }), again()) });
      setBase(body);
      setStale("");
    } catch (refusal) {
      if (!(refusal instanceof Refused) || refusal.status !== 412) throw refusal;
      // Theirs is the base from here on; what was typed stays, and is saved on purpose.
      const theirs = await ask<Shift>(`/api/v1/shifts/${shift.id}`);
      const seen = formOf(theirs, zone);
      setBase(theirs);
      setStale(words.say("roster.stale", { from: seen.from, to: seen.to }));
    }
  }

  async function remove(): Promise<void> {
    await send("DELETE", `/api/v1/shifts/${shift.id}`);
    const title = words.say("roster.removed", { who: technician.name, day: dayName(date, words.language, "short") });
    const undo = async (): Promise<void> => {
      await send("POST", "/api/v1/shifts", { technician_id: technician.id, ...bodyOf({ ...formOf(base, zone), breaks: formOf(base, zone).breaks.map((one) => ({ ...one, id: null })) }, date, zone) });
      await again();
    };
    did({ title, undo });
    tell(title, { action: { title: words.say("kit.undo"), run: () => void undo().catch((failed: unknown) => tell(whatWentWrong(failed, words), { tone: "bad" })) } });
    onClose();
  }

  return (
    <form className={`office-form office-inner${marked.item === shift.id ? " chosen" : ""}`} aria-label={words.say("roster.shift")} onSubmit={(event: FormEvent) => (event.preventDefault(), void act(save))}>
      <h3>{words.say("roster.shift")}{shift.began_at !== null && <span className="office-mark good">{words.say(shift.ended_at === null ? "roster.began" : "roster.ended")}</span>}</h3>
      {away.has(shift.id) && <p className="office-note at-risk">{words.say("roster.told-clash")}</p>}
      {stale !== "" && <p className="office-stale" role="alert">{stale}</p>}
      <ShiftFields form={form} onChange={setForm} words={words} error={error} readOnly={readOnly} />
      {!readOnly && (
        <div className="office-row">
          <button type="submit" className="office-button main" disabled={going || !dirty || unreadable(form)}>{words.say(going ? "kit.saving" : "kit.save")}</button>
          {shift.began_at === null && <button type="button" className="office-button quiet-danger" disabled={going} onClick={() => void act(remove)}>{words.say("kit.remove")}</button>}
        </div>
      )}
    </form>
  );
}

const REASONS = ["holiday", "ill", "training", "other"] as const;

function NewAbsence({ marked, technician, zone, words, onClose }: Props): ReactElement {
  const [first = ""] = marked.dates;
  const [from, setFrom] = useState(first);
  const [until, setUntil] = useState(marked.dates.at(-1) ?? first);
  const [whole, setWhole] = useState(true);
  const [since, setSince] = useState("08:00");
  const [to, setTo] = useState("12:00");
  const [reason, setReason] = useState("");
  const { going, error, act, again } = useAct(words);
  const listed = error instanceof Refused ? complaintsOf(error.problem) : [];
  async function make(): Promise<void> {
    const { body } = await send<Absence>("POST", "/api/v1/absences", {
      technician_id: technician.id,
      starts_at: instantOf({ date: from, time: whole ? "00:00" : since }, zone),
      ends_at: instantOf({ date: until, time: whole ? "24:00" : to }, zone),
      reason: reason.trim(),
    });
    const title = words.say("roster.absence-made", { who: technician.name });
    tell(title);
    did({ title, undo: async () => (await send("DELETE", `/api/v1/absences/${body.id}`), again()) });
    onClose();
  }
  return (
    <form className="office-form office-inner" onSubmit={(event: FormEvent) => (event.preventDefault(), void act(make))}>
      <h3>{words.say("roster.absence-new")}</h3>
      <div className="office-row wrap">
        <span className="office-sub">{words.say("roster.first-day")} <DayField label={words.say("roster.first-day")} value={from} onChange={setFrom} /></span>
        <span className="office-sub">{words.say("roster.last-day")} <DayField label={words.say("roster.last-day")} min={from} value={until} onChange={setUntil} /></span>
      </div>
      <label className="office-check"><input type="checkbox" checked={whole} onChange={(event) => setWhole(event.target.checked)} /> {words.say("roster.whole-days")}</label>
      {!whole && (
        <div className="office-row">
          <label className="office-sub">{words.say("roster.from")} <ClockInput value={since} onChange={setSince} /></label>
          <label className="office-sub">{words.say("roster.to")} <ClockInput value={to} onChange={setTo} /></label>
        </div>
      )}
      <label className="office-sub">{words.say("roster.reason")}
        <input className="office-input" list="office-reasons" maxLength={80} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      <datalist id="office-reasons">{REASONS.map((one) => <option key={one} value={words.say(`reason.${one}`)} />)}</datalist>
      {listed.map((one) => <p key={one.place} className="office-wrong" role="alert">{sentence(one)}</p>)}
      {listed.length === 0 && <Trouble error={error} words={words} />}
      <button type="submit" className="office-button main" disabled={going || from === "" || until === ""}>{words.say(going ? "kit.saving" : "roster.absence-make")}</button>
    </form>
  );
}

function OldAbsence({ absence, zone, technician, mayAbsences, words, onClose }: Props & { readonly absence: Absence }): ReactElement {
  const { going, error, act, again } = useAct(words);
  const told = (at: string): string => {
    const there = wallOf(at, zone);
    return `${dayName(there.date, words.language, "short")} ${there.time}`;
  };
  async function remove(): Promise<void> {
    await send("DELETE", `/api/v1/absences/${absence.id}`);
    const title = words.say("roster.absence-removed", { who: technician.name });
    const undo = async (): Promise<void> => {
      await send("POST", "/api/v1/absences", { technician_id: technician.id, starts_at: absence.starts_at, ends_at: absence.ends_at, reason: absence.reason });
      await again();
    };
    did({ title, undo });
    tell(title, { action: { title: words.say("kit.undo"), run: () => void undo().catch((failed: unknown) => tell(whatWentWrong(failed, words), { tone: "bad" })) } });
    onClose();
  }
  return (
    <div className="office-inner">
      <h3>{words.say("roster.absence")}</h3>
      <p>{absence.reason || words.say("roster.absent")}</p>
      <p className="office-quiet">{told(absence.starts_at)} – {told(absence.ends_at)}</p>
      <Trouble error={error} words={words} />
      {mayAbsences && <button type="button" className="office-button quiet-danger" disabled={going} onClick={() => void act(remove)}>{words.say("kit.remove")}</button>}
    </div>
  );
}
