/** Small things that are said the same everywhere: times, spans, people, states, skills, priorities. */

import type { ReactElement, ReactNode } from "react";
import { BADGES } from "@fieldwright/shared/map/colours";
import { initials } from "@fieldwright/shared/map/day";
import type { SkillLevel, State, Target, TechnicianState, VisitStatus } from "../live";
import { useWords, type Words } from "../words";
import { TEXTS, type PieceKey } from "./texts";

/** The time of day, 24 hours, where the work is done. */
export function TimeOf({ at }: { readonly at: string | Date }): ReactElement {
  const words = useWords(TEXTS);
  const iso = typeof at === "string" ? at : at.toISOString();
  return (
    <time className="piece-time" dateTime={iso}>
      {words.time(at)}
    </time>
  );
}

/** A span of seconds as people say it: "45 min", "2 h 05". */
export function span(seconds: number, words: Words<PieceKey>): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const sign = seconds < 0 && minutes > 0 ? "−" : "";
  if (minutes < 60) return sign + words.say("piece.minutes", { minutes });
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) return sign + words.say("piece.days", { days, hours });
  return sign + words.say("piece.hours", { hours, minutes: String(minutes % 60).padStart(2, "0") });
}

export function useSpan(): (seconds: number) => string {
  const words = useWords(TEXTS);
  return (seconds) => span(seconds, words);
}

export function Span({ seconds }: { readonly seconds: number }): ReactElement {
  return <span className="piece-time">{useSpan()(seconds)}</span>;
}

/** The sign of a state: a colour, and a shape that says the same. */
export function StateMark({ state, label }: { readonly state: State; readonly label?: ReactNode }): ReactElement {
  return (
    <span className={`piece-mark ${state}`} aria-hidden="true">
      {label ?? BADGES[state]}
      {label !== undefined && BADGES[state] !== "" && <span className="piece-mark-badge">{BADGES[state]}</span>}
    </span>
  );
}

export function useStateName(): (state: State) => string {
  const words = useWords(TEXTS);
  return (state) => words.say(`piece.state.${state}`);
}

export function useStatusName(): (status: VisitStatus) => string {
  const words = useWords(TEXTS);
  return (status) => words.say(`piece.status.${status}`);
}

/** Where a job stands, in words; one that this page does not know yet as the server calls it. */
export function useJobStatusName(): (status: string) => string {
  const words = useWords(TEXTS);
  return (status) => {
    const key = `piece.job.${status}`;
    return key in TEXTS ? words.say(key as PieceKey) : status.replaceAll("_", " ");
  };
}

export function useDutyName(): (state: TechnicianState) => string {
  const words = useWords(TEXTS);
  return (state) => words.say(`piece.duty.${state}`);
}

export function useTargetName(): (target: Target | "appointment") => string {
  const words = useWords(TEXTS);
  return (target) => words.say(`piece.target.${target}`);
}

const PRIORITIES = { critical: "‼", high: "↑", normal: "", low: "↓" } as const;

/** A priority as a sign; an ordinary one has none. */
export function PriorityMark({ priority }: { readonly priority: string }): ReactElement | null {
  const words = useWords(TEXTS);
  const sign = PRIORITIES[priority as keyof typeof PRIORITIES] ?? "";
  if (sign === "") return null;
  const name = words.say(`piece.priority.${priority as keyof typeof PRIORITIES}`);
  return (
    <span className={`piece-priority ${priority}`} role="img" aria-label={name} title={name}>
      {sign}
    </span>
  );
}

/** Somebody: initials on their disc, and the name. */
export function Person({ name, hue, detail, small = false }: {
  readonly name: string;
  /** A CSS colour; else a quiet one. */
  readonly hue?: string;
  readonly detail?: ReactNode;
  readonly small?: boolean;
}): ReactElement {
  return (
    <span className={`piece-person ${small ? "small" : ""}`}>
      <span className="piece-disc" aria-hidden="true" {...(hue === undefined ? {} : { style: { "--hue": hue } as Record<string, string> })}>
        {initials(name)}
      </span>
      <span className="piece-person-text">
        <span className="piece-person-name">{name}</span>
        {detail !== undefined && <span className="piece-person-detail">{detail}</span>}
      </span>
    </span>
  );
}

/** Skills as letters on plates; the level as a number where it is above one. */
export function Skills({ skills }: { readonly skills: readonly SkillLevel[] }): ReactElement | null {
  if (skills.length === 0) return null;
  return (
    <span className="piece-skills">
      {skills.map(({ skill, level }) => (
        <span key={skill} className="piece-skill">
          {skill}
          {level > 1 && <sup>{level}</sup>}
        </span>
      ))}
    </span>
  );
}

/** A small word on a plate. */
export function Badge({ children, tone = "plain" }: {
  readonly children: ReactNode;
  readonly tone?: "plain" | "good" | "warning" | "bad" | "action" | "unassigned";
}): ReactElement {
  return <span className={`piece-badge ${tone}`}>{children}</span>;
}

/** A sentence that answers "why": quiet, below what it explains. */
export function Sentence({ children, tone = "plain" }: { readonly children: ReactNode; readonly tone?: "plain" | "warning" | "bad" | "good" }): ReactElement {
  return <p className={`piece-sentence ${tone}`}>{children}</p>;
}
