/** One line about what is pointed at, always in the same corner. */

import type { ReactElement } from "react";
import { type Board, operationNow, stateOf, type Technician, type Visit } from "../../live";
import { StateMark } from "../../pieces";
import { useWords } from "../../words";
import { TEXTS } from "./texts";

export function AboutPointed({ board, pointed }: { readonly board: Board | undefined; readonly pointed: string | null }): ReactElement | null {
  if (board === undefined || pointed === null) return null;
  const visit = board.visitById.get(pointed);
  if (visit !== undefined) return <AboutVisit board={board} visit={visit} />;
  const person = board.technicianById.get(pointed);
  return person === undefined ? null : <AboutPerson person={person} />;
}

function AboutVisit({ board, visit }: { readonly board: Board; readonly visit: Visit }): ReactElement {
  const words = useWords(TEXTS);
  const state = stateOf(visit, operationNow());
  const [first] = visit.planned;
  const people = visit.planned.map((one) => board.technicianById.get(one.technician)?.name).filter((one) => one !== undefined);
  const late = visit.late_by > 0 ? words.say("map.late", { n: Math.ceil(visit.late_by / 60) }) : null;
  return (
    <p className="map-card">
      <StateMark state={state} />
      <span>
        <b>{first === undefined ? visit.number : `${words.time(first.start)}–${words.time(first.end)}`}</b> {visit.title}
        <small>{[words.say(`map.state.${state}`), late, ...people, visit.number].filter((one) => one !== null).join(" · ")}</small>
      </span>
    </p>
  );
}

function AboutPerson({ person }: { readonly person: Technician }): ReactElement {
  const words = useWords(TEXTS);
  const seen = person.position === null ? words.say("map.list.unseen") : words.say("map.list.seen", { time: words.time(person.position.at) });
  const stops = person.shifts.reduce((sum, shift) => sum + shift.stops.length, 0);
  return (
    <p className="map-card">
      <span>
        <b>{person.name}</b>
        <small>{[words.say(`map.${person.state}`), seen, words.say("map.list.stops", { n: stops })].join(" · ")}</small>
      </span>
    </p>
  );
}
