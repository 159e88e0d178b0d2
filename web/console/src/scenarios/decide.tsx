/** Accepting what came of a scenario, and publishing it: what can become true, by whom, and what cannot. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { tell } from "../notices";
import { Badge, Button, Check, DayField, Dialog, Field, Problem, Waiting } from "../pieces";
import { change, etag, Refused, type Shape } from "../request";
import { useMay } from "../session";
import { Hired } from "./hired";
import { type Kept, SCENARIOS, useForm, usePublication } from "./reading";
import { useSpeaker } from "./use-speaker";

type Part = Shape<"PartShape">;
type Step = Shape<"StepShape">;

export function Decide({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  return (
    <section aria-labelledby="scenarios-decide" className="scenarios-decide">
      <h2 id="scenarios-decide">{words.say("scenarios.decide")}</h2>
      {one.accepted_at === null ? <Accept one={one} /> : <Accepted one={one} at={one.accepted_at} />}
      {one.changes.length > 0 && <Publish one={one} />}
    </section>
  );
}

function Accepted({ one, at }: { readonly one: Kept; readonly at: string }): ReactElement {
  const { words, when } = useSpeaker();
  return (
    <p>
      {words.say("scenarios.accept.told", { name: one.accepted_by_name, when: when(at) })}{" "}
      {one.accepted_because !== "" && words.say("scenarios.accept.because", { why: one.accepted_because })}
    </p>
  );
}

function Accept({ one }: { readonly one: Kept }): ReactElement | null {
  const { words } = useSpeaker();
  const mayRun = useMay("run scenarios");
  const client = useQueryClient();
  const [because, setBecause] = useState("");
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!mayRun) return null;
  const must = one.kept === false;
  const accept = async (): Promise<void> => {
    setDoing(true);
    setError(null);
    try {
      await change("POST", `/api/v1/scenarios/${one.id}/accept`, { because }, { ifMatch: etag(one.version) });
      tell(words.say("scenarios.accept.done", { title: one.title }));
      await client.invalidateQueries({ queryKey: SCENARIOS });
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
    }
  };
  return (
    <form
      className="scenarios-accept"
      onSubmit={(event) => {
        event.preventDefault();
        void accept();
      }}
    >
      <p className="scenarios-muted">{words.say(must ? "scenarios.accept.why.must" : "scenarios.accept.about")}</p>
      <div className="scenarios-row">
        <Field label={words.say("scenarios.accept.why")} value={because} onChange={setBecause} maxLength={500} isRequired={must} />
        <Button type="submit" kind="main" icon="check" waiting={doing}>
          {words.say("scenarios.accept")}
        </Button>
      </div>
      <Problem error={error} />
    </form>
  );
}

/** So many rows are shown of each change. */
const SHOWN = 6;

function Publish({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const client = useQueryClient();
  const today = useForm().data?.today;
  const [chosenDay, setDay] = useState<string | null>(null);
  const since = chosenDay ?? (today === undefined ? "" : dayAfter(today));
  const found = usePublication(one.id, since);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [asking, setAsking] = useState(false);
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const parts = found.data?.parts ?? [];
  const ready = parts.filter((part) => chosen.includes(part.change) && part.can && part.may);
  const publish = async (): Promise<void> => {
    setDoing(true);
    setError(null);
    let refused: unknown = null;
    try {
      const seen = Object.fromEntries(ready.flatMap((part) => part.steps.map((step) => [step.id, step.version])));
      await change("POST", `/api/v1/scenarios/${one.id}/publish`, { changes: ready.map((part) => part.change), seen, since }, { ifMatch: etag(one.version) });
      tell(words.say("scenarios.publish.done", { title: one.title }));
      setChosen([]);
    } catch (problem) {
      refused = problem;
    }
    // Whatever came of it, what is shown is to be what is. Only then is it offered again:
    // who tried again sooner would send the versions that were just refused.
    await client.invalidateQueries({ queryKey: SCENARIOS });
    await client.invalidateQueries({ queryKey: ["policies"] });
    setError(refused);
    setDoing(false);
    setAsking(false);
  };
  return (
    <div className="scenarios-publish">
      <h3>{words.say("scenarios.publish")}</h3>
      <p className="scenarios-muted">{words.say("scenarios.publish.about")}</p>
      <label className="scenarios-since">
        <span>{words.say("scenarios.publish.since")}</span>
        <DayField label={words.say("scenarios.publish.since")} value={since} min={today} onChange={setDay} />
      </label>
      <Problem error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Waiting />}
      <ul className="scenarios-parts">
        {parts.map((part) => (
          <PartRow
            key={part.change}
            part={part}
            isChosen={chosen.includes(part.change)}
            isOpen={one.accepted_at !== null}
            since={since}
            onChoose={(yes) => setChosen(yes ? [...chosen, part.change] : chosen.filter((each) => each !== part.change))}
          />
        ))}
      </ul>
      {one.accepted_at !== null && parts.some((part) => part.can && part.may) && (
        <Button kind="main" isDisabled={ready.length === 0} onPress={() => setAsking(true)}>
          {words.say("scenarios.publish")}
        </Button>
      )}
      <Problem error={error} />
      {error instanceof Refused && error.status === 412 && <p className="scenarios-muted">{words.say("scenarios.publish.again")}</p>}
      <Dialog
        title={words.say("scenarios.publish.sure", { count: ready.length })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        role="alertdialog"
        footer={
          <>
            <Button onPress={() => setAsking(false)}>{words.say("scenarios.keep")}</Button>
            <Button kind="main" waiting={doing} onPress={() => void publish()}>
              {words.say("scenarios.publish")}
            </Button>
          </>
        }
      >
        <ul className="scenarios-said">
          {ready.map((part) => (
            <li key={part.change}>{part.said}</li>
          ))}
        </ul>
      </Dialog>
    </div>
  );
}

function PartRow({ part, isChosen, isOpen, since, onChoose }: {
  readonly part: Part;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  readonly since: string;
  readonly onChoose: (yes: boolean) => void;
}): ReactElement {
  const { words, when } = useSpeaker();
  return (
    <li>
      <div className="scenarios-part-head">
        {part.can && part.may && isOpen ? (
          <Check isSelected={isChosen} onChange={onChoose}>
            {part.said}
          </Check>
        ) : (
          <span>{part.said}</span>
        )}
        {part.published !== null && <Badge tone="good">{words.say("scenarios.published")}</Badge>}
        {!part.can && part.published === null && <Badge>{words.say(part.alike === null ? "scenarios.publish.cannot" : "scenarios.publish.by-hand")}</Badge>}
      </div>
      {part.published !== null && <p className="scenarios-muted">{words.say("scenarios.publish.told", { name: part.published.by_name, when: when(part.published.at) })}</p>}
      {part.why_not !== "" && <p className="scenarios-muted">{part.why_not}</p>}
      {part.alike !== null && isOpen && <Hired alike={part.alike} since={since} mayWrite={part.may} />}
      {part.can && !part.may && <p className="scenarios-muted">{words.say("scenarios.publish.may-not", { right: part.right ?? "" })}</p>}
      {part.steps.length > 0 && (
        <details>
          <summary>{words.say("scenarios.publish.rows", { count: part.steps.length })}</summary>
          <ul className="scenarios-steps">
            {part.steps.slice(0, SHOWN).map((step) => (
              <li key={step.id}>
                <b>{step.name}</b> <Differences step={step} />
              </li>
            ))}
            {part.steps.length > SHOWN && <li className="scenarios-muted">{words.say("scenarios.publish.more", { count: part.steps.length - SHOWN })}</li>}
          </ul>
        </details>
      )}
    </li>
  );
}

function Differences({ step }: { readonly step: Step }): ReactElement {
  return (
    <>
      {Object.entries(step.then).map(([name, value]) => (
        <span key={name} className="scenarios-change">
          <code>{name}</code> <s>{shown(step.now[name])}</s> → {shown(value)}
        </span>
      ))}
    </>
  );
}

function shown(value: unknown): string {
  return value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
