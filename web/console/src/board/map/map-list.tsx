/** What the map shows, as a list that is read and walked with the keyboard: people with their stops, and the open work. */

import { type CSSProperties, type ReactElement, useMemo } from "react";
import { initials } from "@fieldwright/shared/map/day";
import type { Theme } from "@fieldwright/shared/theme";
import { type Board, isUnassigned, operationNow, stateOf, type Technician, type Visit } from "../../live";
import { StateMark } from "../../pieces";
import { hover, matches, select, useFilter, useSelection } from "../../select";
import { useWords } from "../../words";
import { hueOf, stopsOf } from "./marks";
import { TEXTS } from "./texts";

interface Props {
  readonly board: Board;
  readonly hues: ReadonlyMap<string, number>;
  readonly theme: Theme;
  readonly people: ReadonlySet<string> | null;
}

export function MapList({ board, hues, theme, people }: Props): ReactElement {
  const words = useWords(TEXTS);
  const filter = useFilter();
  const selection = useSelection();
  const shown = useMemo(() => board.technicians.filter((one) => one.shifts.length > 0 && (people === null || people.has(one.id))), [board, people]);
  const open = useMemo(() => board.visits.filter((one) => isUnassigned(one) && matches(one, filter)), [board, filter]);
  const chosen = new Set(selection.map((one) => one.id));
  const unfolded = new Set(selection.flatMap((one) => [one.id, ...(board.visitById.get(one.id)?.planned.map((planned) => planned.technician) ?? [])]));
  return (
    <div className="map-list" aria-label={words.say("map.list.title")} role="region" tabIndex={-1}>
      {shown.length === 0 && open.length === 0 && <p className="map-empty">{words.say("map.list.none")}</p>}
      <ul>
        {shown.map((one) => (
          <Person key={one.id} board={board} person={one} hue={hueOf(hues, one.id, theme)} unfolded={unfolded.has(one.id)} chosen={chosen} />
        ))}
      </ul>
      {open.length > 0 && (
        <>
          <h3>{words.say("map.list.open")}</h3>
          <ul>
            {open.map((one) => (
              <Stop key={one.id} visit={one} label={undefined} chosen={chosen.has(one.id)} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface PersonProps {
  readonly board: Board;
  readonly person: Technician;
  readonly hue: string;
  readonly unfolded: boolean;
  readonly chosen: ReadonlySet<string>;
}

function Person({ board, person, hue, unfolded, chosen }: PersonProps): ReactElement {
  const words = useWords(TEXTS);
  const stops = stopsOf(person).map((id) => board.visitById.get(id)).filter((one) => one !== undefined);
  const seen = person.position === null ? words.say("map.list.unseen") : words.say("map.list.seen", { time: words.time(person.position.at) });
  return (
    <li>
      <button
        type="button"
        className="map-person"
        aria-expanded={unfolded}
        onClick={() => select(unfolded ? null : { kind: "technician", id: person.id })}
        onMouseEnter={() => hover(person.id)}
        onMouseLeave={() => hover(null)}
      >
        <span className="map-initials" style={{ "--hue": hue } as CSSProperties} aria-hidden="true">
          {initials(person.name)}
        </span>
        <span>
          <b>{person.name}</b>
          <small>{[words.say(`map.${person.state}`), seen, words.say("map.list.stops", { n: stops.length })].join(" · ")}</small>
        </span>
      </button>
      {unfolded && (
        <ol>
          {stops.map((one, index) => (
            <Stop key={one.id} visit={one} label={String(index + 1)} chosen={chosen.has(one.id)} />
          ))}
        </ol>
      )}
    </li>
  );
}

function Stop({ visit, label, chosen }: { readonly visit: Visit; readonly label: string | undefined; readonly chosen: boolean }): ReactElement {
  const words = useWords(TEXTS);
  const state = stateOf(visit, operationNow());
  const [first] = visit.planned;
  return (
    <li>
      <button
        type="button"
        className="map-stop"
        aria-current={chosen}
        onClick={() => select({ kind: "visit", id: visit.id })}
        onMouseEnter={() => hover(visit.id)}
        onMouseLeave={() => hover(null)}
      >
        {label === undefined ? <StateMark state={state} /> : <StateMark state={state} label={label} />}
        <span className="map-when">{first === undefined ? visit.number : words.time(first.start)}</span>
        <span className="map-what">{visit.title}</span>
        <small>{words.say(`map.state.${state}`)}</small>
      </button>
    </li>
  );
}
