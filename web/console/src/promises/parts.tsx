/** Parts that jobs wait for: asked for on the spot, ordered, there. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useBoardPart } from "../live";
import { Badge, Button, Empty, Problem, TimeOf, Waiting } from "../pieces";
import { ask, change, type Shape } from "../request";
import { useWords } from "../words";
import { TEXTS, type PromisesKey } from "./texts";

type PartRequest = Shape<"PartRequestShape">;

export function Parts(): ReactElement {
  const words = useWords(TEXTS);
  const { data, error, refetch } = useQuery({
    queryKey: ["part-requests"],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => ask<{ items: readonly PartRequest[] }>("/api/v1/part-requests", { status: ["open", "ordered"], limit: 100 }, signal),
  });
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
  if (data.items.length === 0) return <Empty icon="check" title={words.say("promises.parts.none")} />;
  return (
    <ul className="promises-cards">
      {data.items.map((one) => (
        <Card key={one.id} request={one} />
      ))}
    </ul>
  );
}

function Card({ request }: { readonly request: PartRequest }): ReactElement {
  const words = useWords(TEXTS);
  const client = useQueryClient();
  const name = useBoardPart((board) => board?.technicianById.get(request.technician_id ?? "")?.name ?? "");
  const [going, setGoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async (action: string): Promise<void> => {
    setGoing(true);
    setError(null);
    try {
      await change("POST", `/api/v1/part-requests/${request.id}/actions`, { action }, { ifMatch: request.version });
    } catch (refused) {
      setError(refused);
    } finally {
      setGoing(false);
      await client.invalidateQueries({ queryKey: ["part-requests"] });
    }
  };
  return (
    <li className="promises-card">
      <div className="promises-card-head">
        <strong>{words.say("promises.part", { quantity: request.quantity, part: request.part })}</strong>
        <span>
          {request.urgent && <Badge tone="bad">{words.say("promises.part.urgent")}</Badge>}{" "}
          {request.holds_up && <Badge tone="warning">{words.say("promises.part.holds")}</Badge>} <Badge>{words.say(`promises.part.status.${request.status}`)}</Badge>
        </span>
      </div>
      <p>
        {words.say("promises.part.for")} <strong>{request.number}</strong> {request.title}
      </p>
      <p className="promises-muted">
        {name} <TimeOf at={request.at} /> {request.note}
      </p>
      <Problem error={error} compact />
      <div className="promises-buttons">
        {(request.actions ?? []).map((one) => (
          <Button key={one} size="small" isDisabled={going} onPress={() => void act(one)}>
            {words.say(`promises.part.${one}` as PromisesKey)}
          </Button>
        ))}
      </div>
    </li>
  );
}
