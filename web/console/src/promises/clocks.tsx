/** Every promise that runs, by the time that is left; counting. */

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { type Board, type Target, useBoardPart, useNow, type Visit } from "../live";
import { Badge, Button, Empty, Field, Icon, type IconName, PriorityMark, Problem, Segments, TimeOf, useSpan, useTargetName, Waiting } from "../pieces";
import { ask } from "../request";
import { folded, select } from "../select";
import { useWords } from "../words";
import { byTimeLeft, type Clock, clockOf, countOf, type PromiseRow, type Standing, STANDINGS } from "./standing";
import { TEXTS } from "./texts";

const AGAIN_MS = 20_000;
const MOST = 200;
const TARGETS = ["respond", "dispatch", "on_site", "resolve"] as const satisfies readonly Target[];
/** A shape for each, so that colour says nothing alone. */
const SHAPES: Readonly<Record<Standing, IconName>> = { missed: "close", threatened: "urgent", pressing: "history", running: "check", paused: "pause" };

const wholeBoard = (board: Board | undefined): Board | undefined => board;

export function Clocks(): ReactElement {
  const words = useWords(TEXTS);
  const target = useTargetName();
  const now = useNow();
  const client = useQueryClient();
  const board = useBoardPart(wholeBoard);
  const [standing, setStanding] = useState<Standing | "all">("all");
  const [about, setAbout] = useState<Target | "all">("all");
  const [text, setText] = useState("");
  const { data, error, refetch } = useQuery({
    queryKey: ["promises"],
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<{ items: readonly PromiseRow[] }>("/api/v1/promises", { state: ["running", "paused"], limit: MOST }, signal),
  });
  // Whatever has happened to a job may have met, paused or begun a promise.
  const position = Math.floor((board?.position ?? 0) / 20);
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["promises"] });
  }, [client, position]);

  const byJob = useMemo(() => {
    const found = new Map<string, Visit[]>();
    for (const one of board?.visits ?? []) found.set(one.job, [...(found.get(one.job) ?? []), one]);
    return found;
  }, [board]);
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;

  const all = data.items.map((one) => clockOf(one, now, byJob.get(one.job_id) ?? [])).sort(byTimeLeft);
  const counts = countOf(all);
  const parts = folded(text).split(/\s+/).filter(Boolean);
  const shown = all.filter((one) => {
    const said = folded(`${one.number} ${one.title} ${one.visit?.customer.name ?? ""}`);
    return (standing === "all" || one.standing === standing) && (about === "all" || one.target === about) && parts.every((part) => said.includes(part));
  });
  const clear = (): void => {
    setStanding("all");
    setAbout("all");
    setText("");
  };
  if (all.length === 0) {
    return (
      <Empty icon="promise" title={words.say("promises.none")}>
        {words.say("promises.none.text")}
      </Empty>
    );
  }
  return (
    <div className="promises-clocks">
      <p className="promises-count">{words.say("promises.count", { all: all.length, missed: counts.missed, threatened: counts.threatened, pressing: counts.pressing })}</p>
      <div className="promises-filters">
        <Segments
          label={words.say("promises.filter.state")}
          value={standing}
          onChange={setStanding}
          options={[{ id: "all" as const, label: words.say("promises.all") }, ...STANDINGS.map((id) => ({ id, label: words.say(`promises.state.${id}`) }))]}
        />
        <Segments
          label={words.say("promises.filter.target")}
          value={about}
          onChange={setAbout}
          options={[{ id: "all" as const, label: words.say("promises.all") }, ...TARGETS.map((id) => ({ id, label: target(id) }))]}
        />
        <Field label={words.say("promises.filter.text")} hideLabel placeholder={words.say("promises.filter.text")} value={text} onChange={setText} />
      </div>
      {shown.length === 0 ? (
        <Empty title={words.say("promises.none.filtered")} action={<Button onPress={clear}>{words.say("promises.none.clear")}</Button>} />
      ) : (
        <div className="promises-frame" tabIndex={0} role="region" aria-label={words.say("promises.clocks")}>
          <table className="promises-table">
            <thead>
              <tr>
                {(["left", "state", "target", "job", "who", "told"] as const).map((one) => (
                  <th key={one} scope="col">
                    {words.say(`promises.col.${one}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <Row key={one.id} clock={one} board={board} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Row({ clock, board }: { readonly clock: Clock; readonly board: Board | undefined }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const target = useTargetName();
  const [, go] = useLocation();
  const { standing, left, visit } = clock;
  const open = (): void => {
    const chosen = visit === null ? { kind: "job" as const, id: clock.job_id } : { kind: "visit" as const, id: visit.id };
    select(chosen);
    go(`/board/${chosen.kind}/${chosen.id}`);
  };
  const first = visit?.planned[0];
  return (
    <tr className={`promises-row ${standing}`}>
      <td className="promises-left">
        <span className="promises-time">
          {left === null ? words.say("promises.standing") : left < 0 ? words.say("promises.over", { span: span(-left) }) : words.say("promises.left", { span: counted(left, span) })}
        </span>
        <small>
          <TimeOf at={clock.due_at} />
        </small>
      </td>
      <td>
        <span className={`promises-state ${standing}`}>
          <Icon name={SHAPES[standing]} size={12} />
          {words.say(`promises.state.${standing}`)}
        </span>
        {clock.late > 0 && <small>{words.say("promises.late", { span: span(clock.late) })}</small>}
      </td>
      <td>{target(clock.target)}</td>
      <td>
        <button type="button" className="promises-to" onClick={open} title={words.say("promises.open")}>
          <PriorityMark priority={clock.priority} /> <strong>{clock.number}</strong> {clock.title}
        </button>
        <small>{visit?.customer.name}</small>
      </td>
      <td>
        {first === undefined ? (
          <span className="promises-muted">{words.say("promises.nobody")}</span>
        ) : (
          words.say("promises.who", { name: board?.technicianById.get(first.technician)?.name ?? "", time: words.time(first.arrival) })
        )}
      </td>
      <td>
        {clock.warned > 0 && <Badge tone="warning">{words.say("promises.warned", { n: clock.warned })}</Badge>}{" "}
        {clock.escalated > 0 && <Badge tone="bad">{words.say("promises.escalated", { n: clock.escalated })}</Badge>}
      </td>
    </tr>
  );
}

/** The last minutes are counted by seconds. */
function counted(left: number, span: (seconds: number) => string): string {
  if (left >= 600) return span(left);
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}
