/** What technicians did and could not be applied: looked at, and settled. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { live, useBoardPart } from "../live";
import { tell } from "../notices";
import { Button, Empty, Field, Person, Problem, TimeOf, useSpan, Waiting } from "../pieces";
import { ask, change, type Shape } from "../request";
import { select } from "../select";
import { useMay } from "../session";
import { useWords } from "../words";
import { type PromisesKey, TEXTS } from "./texts";

type Dispute = Shape<"DisputeShape">;

/** A phone's clock that is off by more than so many seconds is worth telling. */
const SKEW_S = 120;
const MOST = 100;

export function Disputes(): ReactElement {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const open = useBoardPart((board) => board?.disputes ?? 0);
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["disputes"] });
  }, [client, open]);
  const { data, error, refetch } = useQuery({
    queryKey: ["disputes"],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => ask<{ items: readonly Dispute[] }>("/api/v1/disputes", { open: true, limit: MOST }, signal),
  });
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
  if (data.items.length === 0) {
    return (
      <Empty icon="check" title={words.say("promises.dispute.none")}>
        {words.say("promises.dispute.none.text")}
      </Empty>
    );
  }
  return (
    <ul className="promises-cards">
      {data.items.map((one) => (
        <Card key={`${one.user} ${one.id}`} dispute={one} />
      ))}
    </ul>
  );
}

function Card({ dispute }: { readonly dispute: Dispute }): ReactElement {
  const words = useWords(TEXTS);
  const span = useSpan();
  const [, go] = useLocation();
  const { visit, technician } = dispute;
  const kindOf = (kind: string): string => {
    const key = `promises.kind.${kind}`;
    return key in TEXTS ? words.say(key as PromisesKey) : kind.replaceAll("_", " ");
  };
  const told = Object.entries(dispute.data).filter(([, value]) => value !== null && value !== "");
  const open = (): void => {
    if (visit === null) return;
    select({ kind: "visit", id: visit.id });
    go(`/board/visit/${visit.id}`);
  };
  return (
    <li className="promises-card">
      <div className="promises-card-head">
        <Person name={technician.name} detail={words.say("promises.dispute.did", { name: technician.name, kind: kindOf(dispute.kind), time: words.time(dispute.happened_at) })} />
        <small>{words.say("promises.dispute.heard", { time: words.time(dispute.received_at) })}</small>
      </div>
      {visit !== null && (
        <button type="button" className="promises-to" onClick={open}>
          <strong>{visit.number}</strong> {visit.title}
        </button>
      )}
      <dl className="promises-facts">
        <dt>{words.say("promises.dispute.why")}</dt>
        <dd>{dispute.detail}</dd>
        {told.length > 0 && (
          <>
            <dt>{words.say("promises.dispute.said")}</dt>
            <dd>{told.map(([name, value]) => `${name.replaceAll("_", " ")}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`).join(" · ")}</dd>
          </>
        )}
      </dl>
      {Math.abs(dispute.skew) > SKEW_S && <p className="promises-muted">{words.say("promises.dispute.skew", { span: span(Math.abs(dispute.skew)) })}</p>}
      <p className="promises-muted">
        <TimeOf at={dispute.happened_at} />
      </p>
      <Settling dispute={dispute} />
    </li>
  );
}

function Settling({ dispute }: { readonly dispute: Dispute }): ReactElement {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const may = useMay("act on visits");
  const [note, setNote] = useState("");
  const [going, setGoing] = useState<"apply" | "leave" | null>(null);
  const [error, setError] = useState<unknown>(null);
  if (!may) return <p className="promises-muted">{words.say("promises.dispute.may-not")}</p>;

  const settle = async (decision: "apply" | "leave"): Promise<void> => {
    setGoing(decision);
    setError(null);
    try {
      const { body } = await change<Shape<"Settled">>("POST", `/api/v1/disputes/${dispute.user}/${dispute.id}/settle`, { decision, note: note.trim() });
      tell(words.say("promises.dispute.settled", { n: body.actions.length }));
      live.hurry();
      await client.invalidateQueries({ queryKey: ["disputes"] });
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(null);
    }
  };
  return (
    <div className="promises-settling">
      <Field label={words.say("promises.dispute.note")} value={note} onChange={setNote} maxLength={500} hint={words.say("promises.dispute.note.hint")} />
      <Problem error={error} compact />
      <div className="promises-buttons">
        <Button size="small" waiting={going === "leave"} isDisabled={note.trim() === "" || going !== null} onPress={() => void settle("leave")}>
          {words.say("promises.dispute.leave")}
        </Button>
        <Button size="small" kind="main" waiting={going === "apply"} isDisabled={going !== null} onPress={() => void settle("apply")}>
          {words.say("promises.dispute.apply")}
        </Button>
      </div>
    </div>
  );
}
