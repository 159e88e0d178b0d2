/** Who could come sooner if a visit gave way: which visit, where it goes, and what both cost. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Problem, useSpan, Waiting } from "../pieces";
import { useWords } from "../words";
import type { Choice, MadeWay } from "./form";
import { Row } from "./row";
import { TEXTS } from "./texts";

interface Props {
  readonly ways: UseQueryResult<readonly MadeWay[]>;
  readonly now: string;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

export function Ways({ ways, now, choice, onChoose }: Props): ReactElement | null {
  const words = useWords(TEXTS);
  const said = useSaid();
  if (!ways.isEnabled) return null;
  const { data, error } = ways;
  return (
    <li className="urgent-ways">
      <h3>{words.say("urgent.ways")}</h3>
      {data === undefined ? (
        error === null ? <Waiting>{words.say("urgent.ways.looking")}</Waiting> : <Problem error={error} onAgain={() => void ways.refetch()} compact />
      ) : data.length === 0 ? (
        <p className="urgent-muted">{words.say("urgent.ways.none")}</p>
      ) : (
        <>
          <p className="urgent-muted">{words.say("urgent.ways.asked")}</p>
          <ul className="urgent-people">
            {data.map((one) => (
              <li key={one.candidate.technician}>
                <Row
                  one={one.candidate}
                  now={now}
                  chosen={choice?.kind === "person" && choice.way === one.gives_way.visit && choice.technician === one.candidate.technician}
                  onChoose={() => onChoose({ kind: "person", technician: one.candidate.technician, name: one.candidate.name, start: one.candidate.start, way: one.gives_way.visit })}
                  besides={said(one.gives_way)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </li>
  );
}

/** What becomes of the visit that gives way. */
function useSaid(): (one: MadeWay["gives_way"]) => string {
  const words = useWords(TEXTS);
  const span = useSpan();
  return (one) => {
    const about = { number: one.number, from: words.time(one.start) };
    const parts = [where()];
    if (one.accepted) parts.push(words.say("urgent.way.accepted", { name: one.name }));
    if (one.breaks_promise) parts.push(words.say("urgent.way.promise"));
    return parts.join(" · ");

    function where(): string {
      if (one.to_start === null) return words.say("urgent.way.out", about);
      if (one.to !== one.technician) return words.say("urgent.way.to", { ...about, name: one.to_name ?? "", time: words.time(one.to_start) });
      if (one.later > 0) return words.say("urgent.way.later", { ...about, span: span(one.later) });
      return words.say("urgent.way.sooner", { ...about, time: words.time(one.to_start) });
    }
  };
}
