/** What a bar, a row and a place mean, in sentences: for tips, for who listens instead of looking, and for prices. */

import { type Board, isDone, isUnderWay, type Technician, type Visit } from "../../live";
import type { Aim, Moving } from "./moving";
import type { Bar, Row } from "./row-layout";
import { HOUR, MINUTE } from "./time-scale";
import { stopOf, type Trial } from "./trial";
import type { Key, TimelineWords } from "./texts";

/** What the visit is, in a line: number, title, customer. */
export function whatOf(words: TimelineWords, visit: Visit): string {
  return words.say("visit.what", { number: visit.number, title: visit.title, customer: visit.customer.name });
}

/** Everything that is worth knowing of a bar, the most important first. Each is a clause that stands alone. */
export function tellBar(words: TimelineWords, bar: Bar, name: string, board: Board | undefined, now: number): readonly string[] {
  const { visit } = bar;
  const said: string[] = [when(words, bar, name)];
  const promise = promiseOf(words, bar);
  if (promise !== null) said.push(promise);
  const overrun = overrunOf(bar, now);
  if (overrun !== null) said.push(words.say("visit.overrun", { minutes: overrun }));
  if (visit.late_by > 0) said.push(words.say("visit.late-by", { minutes: Math.round(visit.late_by / 60) }));
  said.push(words.say(`status.${visit.status}` as Key));
  const priority = `priority.${visit.priority}` as Key;
  if (["critical", "high", "low"].includes(visit.priority)) said.push(words.say(priority));
  if (!isDone(visit)) said.push(...constraints(words, visit));
  said.push(...road(words, bar), ...pins(words, visit, board));
  if (visit.planned.length > 1) {
    const names = visit.planned.map((one) => board?.technicianById.get(one.technician)?.name ?? one.technician);
    said.push(words.say("visit.crew", { count: names.length, names: names.join(", ") }));
  }
  if (visit.open_dispute) said.push(words.say("visit.dispute"));
  if (visit.unread > 0) said.push(words.say("visit.unread", { count: visit.unread }));
  return said;
}

/** By how many minutes somebody is still there who should be done; null: they are not, or it is time yet. */
export function overrunOf({ visit, until }: Bar, now: number): number | null {
  return isUnderWay(visit) && visit.actual.arrived_at !== null && now - until > MINUTE ? minutes(now - until) : null;
}

/** For who listens: what it is, and everything of it in one breath. */
export function labelOf(words: TimelineWords, bar: Bar, name: string, board: Board | undefined, now: number): string {
  const stop = words.language === "zh" ? "；" : "; ";
  const end = words.language === "zh" ? "。" : ".";
  return [whatOf(words, bar.visit), ...tellBar(words, bar, name, board, now)].join(stop) + end;
}

function when(words: TimelineWords, bar: Bar, name: string): string {
  const { visit } = bar;
  const times = { name, from: words.time(new Date(bar.from)), until: words.time(new Date(bar.until)) };
  if (isDone(visit) && visit.actual.finished_at !== null) return words.say("visit.was", times);
  if (isUnderWay(visit) && visit.actual.arrived_at !== null) return words.say("visit.is", times);
  return words.say("visit.can", { name, time: words.time(new Date(bar.arrival)) });
}

/** How far from the promise that is nearest to break: being there, against the arrival; having it done, against the end. */
function promiseOf(words: TimelineWords, bar: Bar): string | null {
  if (isDone(bar.visit)) return null;
  const there = isUnderWay(bar.visit) && bar.visit.actual.arrived_at !== null;
  let least: { spare: number; due: string; done: boolean } | null = null;
  for (const { target, due } of bar.visit.promises) {
    if (target !== "resolve" && (target !== "on_site" || there)) continue;
    const done = target === "resolve";
    const spare = Date.parse(due) - (done ? bar.until : bar.from);
    if (least === null || spare < least.spare) least = { spare, due, done };
  }
  if (least === null) return null;
  const other = words.date(least.due) !== words.date(new Date(bar.until));
  const time = other ? `${words.date(least.due)} ${words.time(least.due)}` : words.time(least.due);
  const far = { span: spanOf(words, Math.abs(least.spare)), time, done: words.time(new Date(bar.until)) };
  if (least.done) return words.say(least.spare < 0 ? "visit.late.done" : "visit.early.done", far);
  return words.say(least.spare < 0 ? "visit.late" : "visit.early", far);
}

function constraints(words: TimelineWords, visit: Visit): string[] {
  const between = (key: Key, one: { earliest: string; latest: string }): string =>
    words.say(key, { from: words.time(one.earliest), until: words.time(one.latest) });
  if (visit.appointment !== null) return [between("visit.appointment", visit.appointment)];
  return visit.windows.slice(0, 2).map((one) => between("visit.window", one));
}

function road(words: TimelineWords, bar: Bar): string[] {
  if (isDone(bar.visit)) return [];
  const said: string[] = [];
  const planned = bar.visit.planned.find((one) => one.role === bar.role);
  const { travel_seconds: seconds, travel_metres: metres } = planned ?? { travel_seconds: null, travel_metres: null };
  if (seconds !== null && seconds > 0) {
    const key = bar.estimated ? "visit.drive.estimate" : "visit.drive";
    said.push(words.say(key, { minutes: Math.round(seconds / 60), km: Math.round((metres ?? 0) / 1000) }));
  }
  if (bar.from - bar.arrival >= MINUTE) said.push(words.say("visit.wait", { minutes: minutes(bar.from - bar.arrival) }));
  return said;
}

/** What of a visit is pinned, as sentences. */
export function pins(words: TimelineWords, { pin }: Visit, board: Board | undefined): string[] {
  if (pin === null) return [];
  const said: string[] = [];
  const { technician, start, order } = pin;
  if (technician != null) said.push(words.say("visit.pin.technician", { name: nameOf(board, technician) }));
  if (start != null) said.push(words.say("visit.pin.start", { time: words.time(start) }));
  if (order === true) said.push(words.say("visit.pin.order"));
  return said;
}

/** What somebody's row says of them. */
export function tellRow(words: TimelineWords, row: Row): readonly string[] {
  const { technician, duties, absences } = row;
  const said = [words.say(`person.${technician.state}` as Key)];
  const between = (one: { from: number; until: number }): { from: string; until: string } => ({
    from: words.time(new Date(one.from)),
    until: words.time(new Date(one.until)),
  });
  if (duties.length === 0) said.push(words.say("row.no-shift"));
  for (const duty of duties) {
    said.push(words.say("row.shift", between(duty)));
    if (duty.overtime !== null) said.push(words.say("row.overtime", { minutes: minutes(duty.overtime.until - duty.overtime.from) }));
  }
  said.push(words.say("row.visits", { count: row.bars.length }));
  if (row.used !== null) said.push(words.say("row.used", { used: Math.round(row.used * 100) }));
  for (const rest of row.rests) said.push(words.say("row.break", between(rest)));
  for (const one of absences) said.push(words.say("row.absent", { ...between(one), reason: one.reason }));
  const skills = technician.skills.map(({ skill, level }) => words.say("row.level", { skill, level }));
  if (skills.length > 0) said.push(words.say("row.skills", { skills: skills.join(", ") }));
  return said;
}

/** One or two letters for a word: the beginnings of its words, or of itself. */
export function letters(name: string): string {
  const parts = name.split(/[\s_-]+/).filter((part) => part !== "");
  if (parts.length > 1) return parts.slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();
  const [first, second] = [...(parts[0] ?? "")];
  return `${(first ?? "?").toUpperCase()}${second ?? ""}`;
}

export function nameOf(board: Board | undefined, technician: string): string {
  return board?.technicianById.get(technician)?.name ?? technician;
}

/** What is moved, shortly. */
export function movedWhat(words: TimelineWords, moving: Moving, board: Board | undefined): string {
  if (moving.moved.length > 1) return words.say("move.several", { count: moving.moved.length });
  const visit = board?.visitById.get(moving.lead.visit);
  return visit === undefined ? moving.lead.visit : `${visit.number} ${visit.title}`;
}

/** Where it would go, in a sentence; with the trial's time, once it is known. */
export function tellAim(words: TimelineWords, moving: Moving, aim: Aim | null, board: Board | undefined): string {
  if (aim === null) return words.say("move.nowhere");
  if (moving.same) return words.say("move.same");
  if (aim === "nobody") return words.say("move.nobody");
  const name = nameOf(board, aim.technician);
  const stop = moving.price.kind === "known" ? stopOf(moving.price.trial, moving.lead) : null;
  if (stop === null) return words.say("move.place", { name, time: words.time(new Date(aim.at)) });
  return words.say("move.would", { name, time: words.time(stop.arrival) });
}

/** What it costs, in a clause. */
export function tellPrice(words: TimelineWords, { change }: Pick<Trial, "change">): string {
  const cost = Math.round(Math.abs(change) * 10) / 10;
  if (cost < 0.1) return words.say("move.even");
  return words.say(change > 0 ? "move.costs" : "move.saves", { cost });
}

/** Who does something, in the order of their roles. */
export function crewOf(visit: Visit, board: Board): readonly Technician[] {
  const ordered = [...visit.planned].sort((one, other) => one.role - other.role);
  return ordered.flatMap((one) => board.technicianById.get(one.technician) ?? []);
}

/** So long, as people say it: minutes, and from two hours on hours. */
function spanOf(words: TimelineWords, milliseconds: number): string {
  const all = minutes(milliseconds);
  if (all < 120) return words.say("span.minutes", { minutes: all });
  const hours = Math.floor(all / 60);
  return words.say(all % 60 === 0 ? "span.hours" : "span.both", { hours, minutes: all % 60 });
}

function minutes(milliseconds: number): number {
  return milliseconds < HOUR / 60 ? 1 : Math.round(milliseconds / MINUTE);
}
