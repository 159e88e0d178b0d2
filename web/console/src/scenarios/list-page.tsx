/** All scenarios: what was asked, where it stands, and which to hold against each other. */

import { type ReactElement, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useCommand } from "../commands";
import { Button, Check, Empty, Problem, Waiting } from "../pieces";
import { change, type Shape } from "../request";
import { useMay } from "../session";
import { keepDraft } from "./form/draft";
import { type Kept, useScenarios } from "./reading";
import { StatusBadges } from "./status";
import { TEXTS } from "./texts";
import { Going } from "./under-way";
import { useSpeaker } from "./use-speaker";

/** As the server has it. */
const MOST_COMPARED = 6;

export function ListPage(): ReactElement {
  const { words } = useSpeaker();
  const [, go] = useLocation();
  const mayRun = useMay("run scenarios");
  const found = useScenarios();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const rows = found.data ?? [];
  const compared = chosen.filter((id) => rows.some((one) => one.id === id && one.status === "done" && one.asks === "effect"));
  useCommand({ id: "scenarios.new", title: TEXTS["scenarios.command.new"], key: "n", when: () => mayRun, run: () => go("/scenarios/new") });
  useCommand({ id: "scenarios.replay", title: TEXTS["scenarios.command.replay"], when: () => mayRun, run: () => go("/scenarios/replay") });
  const turn = (id: string): void => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-MOST_COMPARED));
  return (
    <article className="scenarios-page">
      <header className="scenarios-head">
        <div>
          <h1>{words.say("scenarios.title")}</h1>
          <p className="scenarios-muted">{words.say("scenarios.about")}</p>
        </div>
        <div className="scenarios-buttons">
          <Button icon="compare" isDisabled={compared.length < 2} onPress={() => go(`/scenarios/compare/${compared.join(",")}`)}>
            {compared.length < 2 ? words.say("scenarios.compare") : words.say("scenarios.compare.n", { count: compared.length })}
          </Button>
          {mayRun && <Upload />}
          {mayRun && (
            <Button icon="history" onPress={() => go("/scenarios/replay")}>
              {words.say("scenarios.replay")}
            </Button>
          )}
          {mayRun && (
            <Button kind="main" icon="plus" keys="n" onPress={() => go("/scenarios/new")}>
              {words.say("scenarios.new")}
            </Button>
          )}
        </div>
      </header>
      <Problem error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Waiting />}
      {found.data !== undefined && rows.length === 0 && (
        <Empty icon="question" title={words.say("scenarios.none")}>
          {words.say("scenarios.none.next")}
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <p className="scenarios-muted">{words.say("scenarios.compare.hint")}</p>
          <ul className="scenarios-cards">
            {rows.map((one) => (
              <Card key={one.id} one={one} isChosen={chosen.includes(one.id)} onTurn={() => turn(one.id)} />
            ))}
          </ul>
        </>
      )}
    </article>
  );
}

function Card({ one, isChosen, onTurn }: { readonly one: Kept; readonly isChosen: boolean; readonly onTurn: () => void }): ReactElement {
  const { words, when } = useSpeaker();
  return (
    <li className="scenarios-card">
      {one.status === "done" && one.asks === "effect" ? (
        <Check isSelected={isChosen} onChange={onTurn}>
          <span className="visually-hidden">
            {words.say("scenarios.choose")}: {one.title}
          </span>
        </Check>
      ) : (
        <span className="scenarios-gap" />
      )}
      <div>
        <h2>
          <Link href={`/scenarios/${one.id}`}>{one.title}</Link> <StatusBadges one={one} />
        </h2>
        <p>{one.changes.length > 0 ? one.changes.join(" ") : one.asks === "effect" ? words.say("scenarios.changes.none") : ""}</p>
        <Going one={one} />
        <small>{words.say("scenarios.by", { name: one.created_by_name, when: when(one.created_at) })}</small>
      </div>
    </li>
  );
}

/** A file is read and looked at in the form before anything is kept. */
function Upload(): ReactElement {
  const { words } = useSpeaker();
  const [, go] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const [doing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setDoing(true);
    setError(null);
    try {
      const { body } = await change<Shape<"ReadFile">>("POST", "/api/v1/scenarios/file", { toml: await file.text() });
      keepDraft(body.document, file.name);
      go("/scenarios/new");
    } catch (refused) {
      setError(refused);
    } finally {
      setDoing(false);
      if (input.current !== null) input.current.value = "";
    }
  };
  return (
    <>
      <Button icon="upload" waiting={doing} onPress={() => input.current?.click()}>
        {words.say("scenarios.upload")}
      </Button>
      <input ref={input} type="file" accept=".toml,application/toml,text/plain" hidden onChange={(event) => void read(event.target.files?.[0])} />
      {error !== null && (
        <div className="scenarios-wide">
          <Problem error={error} />
        </div>
      )}
    </>
  );
}
