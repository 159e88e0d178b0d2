/** The list of technicians, and the stops of the one who is selected. */

import { type CSSProperties, type ReactElement, useEffect, useRef } from "react";
import { ROUTE_HUES } from "@fieldwright/shared/map/colours";
import type { Day, Stop, TechnicianDay } from "@fieldwright/shared/map/day";
import type { Chosen } from "@fieldwright/shared/map/day-map";
import type { Theme } from "@fieldwright/shared/theme";
import { StateMark } from "./state-mark";
import type { PageWords } from "./texts";

interface Props {
  readonly words: PageWords;
  readonly theme: Theme;
  readonly day: Day;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

export function Technicians({ words, theme, day, chosen, onChoose }: Props): ReactElement {
  return (
    <section aria-labelledby="people-title">
      <div className="title">
        <h2 id="people-title">{words.say("people")}</h2>
        {chosen.technician !== null && (
          <button type="button" className="plain" onClick={() => onChoose({ technician: null, visit: null })}>
            {words.say("everybody")}
          </button>
        )}
      </div>
      <ul className="people">
        {day.technicians.map((one) => (
          <Technician key={one.id} words={words} theme={theme} one={one} chosen={chosen} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  );
}

interface OneProps extends Omit<Props, "day"> {
  readonly one: TechnicianDay;
}

function Technician({ words, theme, one, chosen, onChoose }: OneProps): ReactElement {
  const row = useRef<HTMLLIElement>(null);
  const selected = chosen.technician === one.id;
  const hues = ROUTE_HUES[theme];
  const hue = { "--hue": hues[one.hue % hues.length] } as CSSProperties;
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const counts = { broken: 0, "at-risk": 0 };
  for (const { state } of one.stops) if (state === "broken" || state === "at-risk") counts[state] += 1;
  return (
    <li ref={row} className={selected ? "selected" : ""} data-technician={one.id}>
      <button
        type="button"
        className="person"
        aria-expanded={selected}
        onClick={() => onChoose({ technician: selected ? null : one.id, visit: null })}
      >
        <span className="initials" style={hue} data-known={one.position !== null && !one.position.stale} aria-hidden="true">
          {one.initials}
        </span>
        <span className="who">
          <b>{one.name}</b>
          <small>{howFar(one, words)}</small>
        </span>
        <span className="trouble">
          {(["broken", "at-risk"] as const).map(
            (state) =>
              counts[state] > 0 && (
                <span key={state} className={`count ${state}`} title={words.say(`state.${state}`)}>
                  <StateMark state={state} /> {counts[state]}
                  <span className="visually-hidden"> {words.say(`state.${state}`)}</span>
                </span>
              ),
          )}
        </span>
      </button>
      {selected && <Stops words={words} one={one} chosen={chosen} onChoose={onChoose} />}
    </li>
  );
}

function howFar(one: TechnicianDay, words: PageWords): string {
  if (one.stops.length === 0) return words.say("no.stops");
  const done = one.stops.filter((stop) => stop.state === "done").length;
  const next = one.stops.find((stop) => stop.state !== "done");
  const parts = [words.say("progress", { done, all: one.stops.length })];
  if (next === undefined) parts.push(words.say("all.done"));
  else if (next.state === "under-way") parts.push(words.say("now", { title: next.title }));
  else parts.push(words.say("next.at", { time: words.time(next.start) }));
  return parts.join(" · ");
}

function Stops({ words, one, chosen, onChoose }: Omit<OneProps, "theme">): ReactElement {
  const seconds = one.legs.reduce((sum, leg) => sum + leg.seconds, 0);
  const metres = one.legs.reduce((sum, leg) => sum + leg.metres, 0);
  const about = [words.say("drive", { minutes: Math.round(seconds / 60), km: Math.round(metres / 1000) })];
  if (one.legs.some((leg) => leg.estimated)) about.push(words.say("drive.estimated"));
  if (one.position !== null) {
    const seen = words.say(one.position.stale ? "seen.stale" : "seen.at", { time: words.time(one.position.since) });
    about.push(one.position.street === null ? seen : `${seen}, ${one.position.street}`);
  }
  return (
    <div className="stops">
      <small>{about.join(" · ")}</small>
      <ol>
        {one.stops.map((stop) => (
          <li key={stop.visit}>
            <button
              type="button"
              className="stop"
              aria-current={chosen.visit === stop.visit}
              onClick={() => onChoose({ technician: one.id, visit: stop.visit })}
            >
              <StateMark state={stop.state} label={String(stop.order)} />
              <span className="when">{words.time(stop.start)}</span>
              <span className="what">{stop.title}</span>
              <small className={stop.state}>{aboutState(stop, words)}</small>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

export function aboutState(stop: Stop, words: PageWords): string {
  const state = words.say(`state.${stop.state}`);
  return stop.lateBy > 0 && stop.state === "broken"
    ? `${state}, ${words.say("stop.late", { late: Math.ceil(stop.lateBy / 60) })}`
    : state;
}
