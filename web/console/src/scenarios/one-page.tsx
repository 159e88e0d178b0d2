/** One scenario: what was asked, how far it is, what came of it, and what becomes of it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link, useLocation } from "wouter";
import { useCommand } from "../commands";
import { tell } from "../notices";
import { Button, Dialog, Problem, Waiting } from "../pieces";
import { change, etag } from "../request";
import { useMay } from "../session";
import { OtherAnswer } from "./answers";
import { Decide } from "./decide";
import { formed } from "./document";
import { Answer, Conditions, OutcomeTable } from "./outcome-table";
import { isUnderWay, type Kept, SCENARIOS, useOutcome, useScenario } from "./reading";
import { StatusBadges } from "./status";
import { TEXTS } from "./texts";
import { counted, Going, RunButton } from "./under-way";
import { useSpeaker } from "./use-speaker";

export function OnePage({ id }: { readonly id: string }): ReactElement {
  const { words, when } = useSpeaker();
  const [, go] = useLocation();
  const mayRun = useMay("run scenarios");
  const found = useScenario(id);
  const one = found.data;
  const outcome = useOutcome(one);
  const question = one?.document.question;
  useCommand({ id: "scenarios.copy", title: TEXTS["scenarios.copy"], key: "n", when: () => mayRun && one !== undefined, run: () => go(`/scenarios/new/${id}`) });
  return (
    <article className="scenarios-page">
      <Link href="/scenarios" className="scenarios-back">
        ‹ {words.say("scenarios.back")}
      </Link>
      <Problem error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Waiting />}
      {one !== undefined && (
        <>
          <header className="scenarios-head">
            <div>
              <h1>
                {one.title} <StatusBadges one={one} />
              </h1>
              {typeof question === "string" && question !== "" && <p className="scenarios-question">{question}</p>}
              <ul className="scenarios-said">
                {one.changes.length === 0 && one.asks === "effect" && <li>{words.say("scenarios.changes.none")}</li>}
                {one.changes.map((sentence, at) => (
                  <li key={at}>{sentence}</li>
                ))}
              </ul>
              <small className="scenarios-muted">{words.say("scenarios.by", { name: one.created_by_name, when: when(one.created_at) })}</small>
            </div>
            <div className="scenarios-buttons">
              <RunButton one={one} />
              {mayRun && (
                <Button icon="plus" keys="n" onPress={() => go(`/scenarios/new/${id}`)}>
                  {words.say("scenarios.copy")}
                </Button>
              )}
              {mayRun && !isUnderWay(one) && one.published.length === 0 && <Remove one={one} />}
            </div>
          </header>
          <Going one={one} />
          <Standing one={one} />
          <Problem error={outcome.error} onAgain={() => void outcome.refetch()} />
          {one.status === "done" && one.asks === "effect" && outcome.isPending && <Waiting />}
          {outcome.data !== undefined && (
            <>
              <section aria-labelledby="scenarios-answer">
                <h2 id="scenarios-answer">{words.say("scenarios.answer")}</h2>
                <Answer outcome={outcome.data} />
              </section>
              <Conditions outcome={outcome.data} />
              <section aria-labelledby="scenarios-figures">
                <h2 id="scenarios-figures">{words.say("scenarios.figures")}</h2>
                <p className="scenarios-muted">{words.say("scenarios.figures.note", { count: outcome.data.replications })}</p>
                <OutcomeTable outcome={outcome.data} />
              </section>
              <Decide one={one} />
            </>
          )}
          {one.status === "done" && <OtherAnswer one={one} />}
          <Files one={one} />
        </>
      )}
    </article>
  );
}

/** Why there is no answer yet. */
function Standing({ one }: { readonly one: Kept }): ReactElement | null {
  const { words } = useSpeaker();
  if (one.status === "new") return <p className="scenarios-note">{words.say("scenarios.run.not-yet")}</p>;
  if (one.status === "cancelled") return <p className="scenarios-note">{words.say(`scenarios.run.cancelled.${counted(one)}`, { done: one.progress.done })}</p>;
  if (one.status === "failed") return <p className="scenarios-note bad">{words.say("scenarios.run.failed", { why: one.failure })}</p>;
  return null;
}

/** What gives the same result on the command line. */
const COMMANDS: Readonly<Record<Kept["asks"], (one: Kept) => string>> = {
  effect: () => "fieldwright scenario run FILE",
  sweep: () => "fieldwright scenario sweep FILE",
  staffing: () => "fieldwright scenario staff FILE",
  worth: () => "fieldwright scenario worth FILE",
  replay: (one) => `fieldwright scenario replay FILE --replications ${formed(one.document, "").replications.most}`,
};

function Files({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const path = `/api/v1/scenarios/${one.id}`;
  return (
    <section aria-labelledby="scenarios-files">
      <h2 id="scenarios-files">{words.say("scenarios.files")}</h2>
      <ul className="scenarios-links">
        {one.status === "done" &&
          (["en", "zh"] as const).map((language) => (
            <li key={language}>
              <a href={`${path}/report?lang=${language}`} target="_blank" rel="noreferrer">
                {words.say(`scenarios.report.${language}`)}
              </a>
            </li>
          ))}
        <li>
          <a href={`${path}/file`} download>
            {words.say("scenarios.file")}
          </a>
        </li>
        {one.operation && (
          <li>
            <a href={`${path}/situation`} download>
              {words.say("scenarios.situation-file")}
            </a>
          </li>
        )}
      </ul>
      <p className="scenarios-muted">{words.say("scenarios.files.hint", { command: COMMANDS[one.asks](one) })}</p>
    </section>
  );
}

function Remove({ one }: { readonly one: Kept }): ReactElement {
  const { words } = useSpeaker();
  const [, go] = useLocation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const remove = async (): Promise<void> => {
    setDoing(true);
    try {
      await change("DELETE", `/api/v1/scenarios/${one.id}`, undefined, { ifMatch: etag(one.version) });
      tell(words.say("scenarios.removed", { title: one.title }));
      go("/scenarios");
      await client.invalidateQueries({ queryKey: [...SCENARIOS, "list"] });
    } catch (refused) {
      setError(refused);
      setDoing(false);
    }
  };
  return (
    <>
      <Button kind="quiet" icon="trash" onPress={() => setAsking(true)}>
        {words.say("scenarios.remove")}
      </Button>
      <Dialog
        title={words.say("scenarios.remove")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        size="small"
        role="alertdialog"
        footer={
          <>
            <Button onPress={() => setAsking(false)}>{words.say("scenarios.keep")}</Button>
            <Button kind="bad" waiting={doing} onPress={() => void remove()}>
              {words.say("scenarios.remove")}
            </Button>
          </>
        }
      >
        <p>{words.say("scenarios.remove.sure", { title: one.title })}</p>
        <Problem error={error} />
      </Dialog>
    </>
  );
}
