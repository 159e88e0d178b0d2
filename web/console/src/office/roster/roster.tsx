/** Shifts and absences: a calendar of a week or a month by technician, worked by mouse or by keyboard. */

import { type KeyboardEvent, memo, type PointerEvent, type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCommand } from "../../commands";
import type { Shape } from "../../request";
import { useMay } from "../../session";
import { useReading, useWords } from "../../words";
import { useEvery } from "../kit/pages";
import { ReferenceField } from "../kit/reference";
import type { OfficeWords } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { daysAfter, instantOf, isoWeek, mondayOf, weekday } from "../kit/wall";
import { useToday } from "../people/running-out";
import { TERRITORY } from "../people/technicians";
import { TEXTS } from "../texts";
import { DayPanel, type Marked } from "./day-panel";
import { dayName } from "./day-names";
import { RepeatWeek } from "./repeat-week";
import { byCell, clockOf, datesBetween, dragged, hoursOf, monthOf, type Piece, whileAway, window as windowOf } from "./week";

type Technician = Shape<"TechnicianShape">;
export type Shift = Shape<"ShiftShape">;
export type Absence = Shape<"AbsenceShape">;
type ShiftPieces = ReadonlyMap<string, readonly Piece<Shift>[]>;
type AbsencePieces = ReadonlyMap<string, readonly Piece<Absence>[]>;

const USUAL = { from: 8 * 60, to: 17 * 60 };

export function RosterPage({ chosen }: { readonly chosen: string | null }): ReactElement {
  const words = useWords(TEXTS);
  const today = useToday();
  const { timeZone } = useReading();
  const mayShifts = useMay("write people");
  const mayAbsences = useMay("record absences");
  const [view, setView] = useState<"week" | "month">(chosen === "month" ? "month" : "week");
  const [other, setDate] = useState(/^\d{4}-\d\d-\d\d$/.test(chosen ?? "") ? chosen : null);
  // Before the board is there, today is the browser's.
  const date = other ?? today;
  const [territory, setTerritory] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [marked, setMarked] = useState<Marked | null>(null);
  const [repeating, setRepeating] = useState(false);

  const first = view === "week" ? mondayOf(date) : monthOf(date).first;
  const days = view === "week" ? 7 : monthOf(date).days;
  const dates = useMemo(() => datesBetween(first, daysAfter(first, days - 1)), [first, days]);

  const people = useEvery<Technician>("/api/v1/technicians", { active: "true", ...(territory === null ? {} : { territory_id: territory }) });
  const territories = useEvery<Shape<"TerritoryShape">>("/api/v1/territories").data;
  // A day wider than what is shown: a place far east or west has other dates.
  const span = { since: instantOf({ date: daysAfter(first, -1), time: "00:00" }, "UTC"), until: instantOf({ date: daysAfter(first, days + 1), time: "00:00" }, "UTC") };
  const shifts = useEvery<Shift>("/api/v1/shifts", { ...span, ...(territory === null ? {} : { territory_id: territory }) });
  const absences = useEvery<Absence>("/api/v1/absences", span);

  const zones = useMemo(() => new Map((territories ?? []).map((one) => [one.id, one.time_zone])), [territories]);
  const zoneOf = useCallback(
    (technician: Technician | undefined): string => zones.get(technician?.territory_id ?? "") ?? timeZone ?? "UTC",
    [zones, timeZone],
  );
  const byId = useMemo(() => new Map((people.data ?? []).map((one) => [one.id, one])), [people.data]);
  const zoneFor = useCallback((id: string) => zoneOf(byId.get(id)), [byId, zoneOf]);
  const shiftPieces = useMemo(() => byCell(shifts.data ?? [], zoneFor, first, days), [shifts.data, zoneFor, first, days]);
  const absencePieces = useMemo(() => byCell(absences.data ?? [], zoneFor, first, days), [absences.data, zoneFor, first, days]);
  const away = useMemo(() => whileAway(shifts.data ?? [], absences.data ?? []), [shifts.data, absences.data]);
  const shownDay = useMemo(() => windowOf(shiftPieces.values()), [shiftPieces]);
  const rows = (people.data ?? []).filter((one) => one.name.toLowerCase().includes(text.trim().toLowerCase()));

  const step = (by: number): void => setDate(view === "week" ? daysAfter(first, by * 7) : by > 0 ? daysAfter(first, days) : monthOf(daysAfter(first, -1)).first);
  useCommand({ id: "office.roster-next", title: TEXTS["roster.after"], key: "]", repeats: true, run: () => step(1) });
  useCommand({ id: "office.roster-before", title: TEXTS["roster.before"], key: "[", repeats: true, run: () => step(-1) });
  useCommand({ id: "office.roster-today", title: TEXTS["roster.today"], key: "t", run: () => setDate(null) });
  useCommand({ id: "office.close", title: TEXTS["kit.back"], key: "esc", when: () => marked !== null, run: () => setMarked(null) });

  const title = view === "week" ? `${isoWeek(first)} · ${dayName(first, words.language, "short")} – ${dayName(daysAfter(first, 6), words.language, "short")}` : dayName(first, words.language, "month");
  const gone = [...away].filter((id) => shifts.data?.some((one) => one.id === id && byId.has(one.technician_id))).length;
  return (
    <div className="office-roster" data-open={marked !== null || undefined}>
      <section className="office-roster-main" aria-label={words.say("roster.title")}>
        <header className="office-roster-head">
          <span className="office-row">
            <button type="button" className="office-icon" aria-label={words.say("roster.before")} onClick={() => step(-1)}>‹</button>
            <button type="button" className="office-button" onClick={() => setDate(null)}>{words.say("roster.today")}</button>
            <button type="button" className="office-icon" aria-label={words.say("roster.after")} onClick={() => step(1)}>›</button>
            <h2 aria-live="polite">{title}</h2>
          </span>
          <span className="office-row wrap">
            <span className="office-segments" role="group" aria-label={words.say("roster.view")}>
              {(["week", "month"] as const).map((one) => <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>{words.say(`roster.${one}`)}</button>)}
            </span>
            <input type="search" className="office-input office-filter" aria-label={words.say("roster.search")} placeholder={words.say("roster.search")} value={text} onChange={(event) => setText(event.target.value)} />
            <ReferenceField to={TERRITORY} value={territory} words={words} label={words.say("territory")} none={words.say("territory")} onChange={setTerritory} />
            {mayShifts && view === "week" && <button type="button" className="office-button" onClick={() => setRepeating(true)}>{words.say("roster.repeat")}</button>}
          </span>
        </header>
        <Trouble error={people.error ?? shifts.error ?? absences.error} words={words} again={() => (void people.refetch(), void shifts.refetch(), void absences.refetch())} />
        {gone > 0 && <p className="office-note at-risk">{words.say("roster.away", { count: gone })}</p>}
        {people.data !== undefined && rows.length === 0 && (
          <div className="office-empty"><p>{words.say(people.data.length === 0 ? "roster.nobody" : "kit.nothing-narrowed")}</p>{people.data.length === 0 && mayShifts && <a className="office-button" href="#/office/technicians/new">{words.say("technicians.add")}</a>}</div>
        )}
        <Grid rows={rows} dates={dates} view={view} shiftPieces={shiftPieces} absencePieces={absencePieces} away={away} shown={shownDay} today={today} words={words} marked={marked} mayMake={mayShifts || mayAbsences} onMark={setMarked} />
        <p className="office-quiet office-roster-hint">{words.say(mayShifts ? "roster.hint" : "roster.hint-absences")}</p>
      </section>
      {marked !== null && byId.has(marked.technician) && (
        <DayPanel
          key={`${marked.technician} ${marked.dates.join(" ")} ${marked.from ?? ""} ${marked.item ?? ""}`}
          marked={marked}
          technician={byId.get(marked.technician) as Technician}
          zone={zoneFor(marked.technician)}
          shifts={(shiftPieces.get(`${marked.technician} ${marked.dates[0]}`) ?? []).map((one) => one.item)}
          absences={(absencePieces.get(`${marked.technician} ${marked.dates[0]}`) ?? []).map((one) => one.item)}
          away={away}
          mayShifts={mayShifts}
          mayAbsences={mayAbsences}
          words={words}
          onClose={() => setMarked(null)}
        />
      )}
      {repeating && <RepeatWeek monday={mondayOf(first)} territory={territory} technicians={text.trim() === "" ? null : rows.map((one) => one.id)} words={words} onClose={() => setRepeating(false)} />}
    </div>
  );
}

interface GridProps {
  readonly rows: readonly Technician[];
  readonly dates: readonly string[];
  readonly view: "week" | "month";
  readonly shiftPieces: ShiftPieces;
  readonly absencePieces: AbsencePieces;
  readonly away: ReadonlySet<string>;
  readonly shown: { readonly from: number; readonly to: number };
  readonly today: string;
  readonly words: OfficeWords;
  readonly marked: Marked | null;
  readonly mayMake: boolean;
  readonly onMark: (marked: Marked) => void;
}

interface Drag {
  readonly technician: string;
  readonly date: string;
  readonly minutes: number;
  readonly toDate: string;
  readonly toMinutes: number;
}

function Grid(props: GridProps): ReactElement {
  const { rows, dates, view, shown, words, marked, onMark, mayMake } = props;
  const [chosen, setActive] = useState<{ readonly row: number; readonly day: number | null }>({ row: 0, day: null });
  const active = { row: chosen.row, day: chosen.day ?? Math.max(0, dates.indexOf(props.today)) };
  const [drag, setDrag] = useState<Drag | null>(null);
  const grid = useRef<HTMLDivElement>(null);

  useEffect(() => setActive((now) => ({ row: Math.min(now.row, Math.max(0, rows.length - 1)), day: now.day === null ? null : Math.min(now.day, dates.length - 1) })), [rows.length, dates.length]);

  function at(event: PointerEvent | { clientX: number; clientY: number }): { technician: string; date: string; minutes: number; item: string | null } | null {
    const element = document.elementFromPoint(event.clientX, event.clientY);
    const cell = element?.closest<HTMLElement>("[data-date]");
    if (!cell) return null;
    const box = cell.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const item = element?.closest<HTMLElement>("[data-item]")?.dataset.item ?? null;
    return { technician: cell.dataset.technician ?? "", date: cell.dataset.date ?? "", minutes: shown.from + share * (shown.to - shown.from), item };
  }

  function down(event: PointerEvent<HTMLDivElement>): void {
    if (event.button !== 0) return;
    const place = at(event);
    if (place === null) return;
    setActive({ row: rows.findIndex((one) => one.id === place.technician), day: dates.indexOf(place.date) });
    if (place.item !== null || !mayMake || event.pointerType === "touch") {
      onMark({ technician: place.technician, dates: [place.date], item: place.item });
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ technician: place.technician, date: place.date, minutes: place.minutes, toDate: place.date, toMinutes: place.minutes });
  }

  function move(event: PointerEvent<HTMLDivElement>): void {
    if (drag === null) return;
    const place = at(event);
    if (place !== null) setDrag({ ...drag, toDate: place.date, toMinutes: place.minutes });
  }

  function up(): void {
    if (drag === null) return;
    setDrag(null);
    const within = view === "week" && drag.date === drag.toDate ? dragged(drag.minutes, drag.toMinutes, USUAL) : USUAL;
    onMark({ technician: drag.technician, dates: datesBetween(drag.date, drag.toDate), item: null, from: clockOf(within.from), to: clockOf(within.to) });
  }

  function key(event: KeyboardEvent<HTMLDivElement>): void {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0], PageDown: [10, 0] }[event.key];
    const technician = rows[active.row]?.id ?? "";
    const date = dates[active.day] ?? "";
    if (by !== undefined) {
      event.preventDefault();
      const next = { row: Math.max(0, Math.min(rows.length - 1, active.row + (by[0] ?? 0))), day: Math.max(0, Math.min(dates.length - 1, active.day + (by[1] ?? 0))) };
      if (event.shiftKey && by[0] === 0) {
        const begun = marked !== null && marked.technician === technician && marked.item === null ? (marked.anchor ?? marked.dates[0] ?? date) : date;
        onMark({ technician, dates: datesBetween(begun, dates[next.day] ?? date), item: null, anchor: begun, quiet: true });
      }
      setActive(next);
      grid.current?.querySelector<HTMLElement>(`[data-row="${next.row}"][data-day="${next.day}"]`)?.focus();
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const day = event.key === "Home" ? 0 : dates.length - 1;
      setActive({ ...active, day });
      grid.current?.querySelector<HTMLElement>(`[data-row="${active.row}"][data-day="${day}"]`)?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const range = marked !== null && marked.quiet && marked.technician === technician ? marked.dates : [date];
      const [only] = props.shiftPieces.get(`${technician} ${date}`) ?? [];
      onMark({ technician, dates: range, item: range.length === 1 ? (only?.item.id ?? null) : null });
    }
  }

  return (
    <div className={`office-grid-scroll ${view}`}>
      <div
        ref={grid}
        role="grid"
        aria-label={words.say("roster.title")}
        aria-rowcount={rows.length + 1}
        aria-colcount={dates.length + 1}
        className="office-calendar"
        style={{ "--office-days": dates.length } as React.CSSProperties}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => setDrag(null)}
        onKeyDown={key}
      >
        <div role="row" className="office-calendar-row head">
          <span role="columnheader" className="office-calendar-name">{words.say("technician")}</span>
          {dates.map((date) => (
            <span key={date} role="columnheader" className={`office-calendar-day${date === props.today ? " today" : ""}${weekday(date) > 4 ? " weekend" : ""}`}>
              {view === "week" ? dayName(date, words.language, "short") : <><small>{dayName(date, words.language, "weekday").slice(0, 2)}</small>{Number(date.slice(8))}</>}
            </span>
          ))}
        </div>
        {rows.map((technician, row) => (
          <Row
            key={technician.id}
            technician={technician}
            row={row}
            dates={dates}
            view={view}
            shiftPieces={props.shiftPieces}
            absencePieces={props.absencePieces}
            away={props.away}
            shown={shown}
            today={props.today}
            words={words}
            activeDay={active.row === row ? active.day : null}
            drag={drag?.technician === technician.id ? drag : null}
            marked={marked?.technician === technician.id ? marked : null}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps extends Pick<GridProps, "dates" | "view" | "shiftPieces" | "absencePieces" | "away" | "shown" | "today" | "words"> {
  readonly technician: Technician;
  readonly row: number;
  readonly activeDay: number | null;
  readonly drag: Drag | null;
  readonly marked: Marked | null;
}

const Row = memo(function Row({ technician, row, dates, view, shiftPieces, absencePieces, away, shown, today, words, activeDay, drag, marked }: RowProps): ReactElement {
  const total = dates.reduce((sum, date) => sum + hoursOf(shiftPieces.get(`${technician.id} ${date}`) ?? []), 0);
  const over = drag === null ? [] : datesBetween(drag.date, drag.toDate);
  return (
    <div role="row" className="office-calendar-row" aria-rowindex={row + 2}>
      <span role="rowheader" className="office-calendar-name">
        <a href={`#/office/technicians/${technician.id}`} tabIndex={-1}>{technician.name}</a>
        <small>{total === 0 ? "" : words.say("roster.hours", { hours: Math.round(total * 10) / 10 })}</small>
      </span>
      {dates.map((date, day) => {
        const key = `${technician.id} ${date}`;
        const here = shiftPieces.get(key) ?? [];
        const off = absencePieces.get(key) ?? [];
        const clash = here.some((one) => away.has(one.item.id));
        const told = [
          ...here.map((one) => words.say("roster.told-shift", { from: clockOf(one.from), to: clockOf(one.to) })),
          ...off.map((one) => words.say("roster.told-absence", { reason: one.item.reason || words.say("roster.absent") })),
          ...(clash ? [words.say("roster.told-clash")] : []),
        ];
        const dragging = over.includes(date) ? drag : null;
        const within = dragging !== null && over.length === 1 && view === "week" ? dragged(dragging.minutes, dragging.toMinutes, USUAL) : USUAL;
        return (
          <span
            key={date}
            role="gridcell"
            tabIndex={activeDay === day ? 0 : -1}
            data-technician={technician.id}
            data-date={date}
            data-row={row}
            data-day={day}
            aria-selected={marked?.dates.includes(date) ?? false}
            className={`office-calendar-cell${date === today ? " today" : ""}${weekday(date) > 4 ? " weekend" : ""}${off.length > 0 ? " away" : ""}`}
          >
            <span className="visually-hidden">{`${technician.name}, ${dayName(date, words.language, "short")}: ${told.length === 0 ? words.say("roster.told-free") : told.join(", ")}`}</span>
            {off.map((one) => <Bar key={one.item.id} piece={one} shown={shown} view={view} kind="absence" text={one.item.reason || words.say("roster.absent")} />)}
            {here.map((one) => <Bar key={one.item.id} piece={one} shown={shown} view={view} kind={away.has(one.item.id) ? "shift clash" : one.item.ended_at !== null ? "shift done" : "shift"} text={view === "week" ? `${clockOf(one.from)}–${clockOf(one.to)}` : String(Math.round(hoursOf([one])))} />)}
            {dragging !== null && <span className="office-bar ghost" style={place(within.from, within.to, shown, view)}>{view === "week" ? `${clockOf(within.from)}–${clockOf(within.to)}` : ""}</span>}
          </span>
        );
      })}
    </div>
  );
});

function place(from: number, to: number, shown: { from: number; to: number }, view: "week" | "month"): React.CSSProperties {
  if (view === "month") return {};
  const whole = shown.to - shown.from;
  const left = Math.max(0, (from - shown.from) / whole);
  const right = Math.max(0, (shown.to - to) / whole);
  return { left: `${left * 100}%`, right: `${right * 100}%` };
}

function Bar({ piece, shown, view, kind, text }: { readonly piece: Piece<Shift> | Piece<Absence>; readonly shown: { readonly from: number; readonly to: number }; readonly view: "week" | "month"; readonly kind: string; readonly text: string}): ReactElement {
  return (
    <span className={`office-bar ${kind}`} data-item={piece.item.id} style={place(piece.from, piece.to, shown, view)} title={text} aria-hidden="true">
      {piece.before ? "‹" : ""}{text}{piece.after ? "›" : ""}
    </span>
  );
}
