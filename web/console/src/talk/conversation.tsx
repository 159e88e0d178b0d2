/** All that was said about a job, in its order: notes, messages to and from the field, what the customer was told. */

import { type ReactElement, useEffect, useRef } from "react";
import { Badge, Empty, Problem, TimeOf, Waiting } from "../pieces";
import { useMay } from "../session";
import { useWords } from "../words";
import { Composer } from "./composer";
import { TEXTS } from "./texts";
import { type Conversation as Spoken, type Said, type Told, useConversation, useReading } from "./use-conversation";
import "./talk.css";

/** Who has had a message in front of them for so long has read it; a glance is none. */
const READ_MS = 2000;

type Line = { readonly at: string; readonly id: string } & ({ readonly said: Said } | { readonly told: Told });

export function Conversation({ job }: { readonly job: string }): ReactElement {
  const words = useWords(TEXTS);
  const may = useMay("change jobs");
  const { data, error, refetch } = useConversation(job);
  const end = useRef<HTMLLIElement>(null);
  const lines = data === undefined ? [] : linesOf(data);
  useRead(job, data, may);
  useEffect(() => {
    // What it answers is no clean-up: browsers have begun to answer a promise.
    end.current?.scrollIntoView({ block: "nearest" });
  }, [lines.length]);

  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
  return (
    <section className="talk" aria-label={words.say("talk.title")}>
      {lines.length === 0 ? (
        <Empty icon="message" title={words.say("talk.none")}>
          {may && words.say("talk.none.next")}
        </Empty>
      ) : (
        <ol className="talk-lines" aria-live="polite" tabIndex={0} aria-label={words.say("talk.title")}>
          {lines.map((one) => ("said" in one ? <Message key={one.id} said={one.said} /> : <Notification key={one.id} told={one.told} />))}
          <li ref={end} aria-hidden="true" />
        </ol>
      )}
      {may ? <Composer job={job} crew={Object.values(data.crew)} /> : <p className="talk-may-not">{words.say("talk.may-not")}</p>}
    </section>
  );
}

function linesOf({ messages, told }: Spoken): Line[] {
  const said = messages.map((one): Line => ({ at: one.at, id: one.id, said: one }));
  return [...said, ...told.map((one): Line => ({ at: one.created_at, id: one.id, told: one }))].sort((a, b) => a.at.localeCompare(b.at));
}

function Message({ said }: { readonly said: Said }): ReactElement {
  const words = useWords(TEXTS);
  const fresh = said.kind === "from_technician" && said.read_at === null;
  const names = said.heard.map((one) => one.name).join(", ");
  const who =
    said.kind === "note" ? words.say("talk.by", { name: said.by })
    : said.kind === "to_technician" ? words.say("talk.to", { name: said.by, names })
    : words.say("talk.from", { name: said.by });
  return (
    <li className={`talk-line ${said.kind}`} data-new={fresh || undefined}>
      <p className="talk-who">
        <strong>{who}</strong> <TimeOf at={said.at} /> {fresh && <Badge tone="unassigned">{words.say("talk.new")}</Badge>}
      </p>
      <p className="talk-text">{said.text}</p>
      {said.heard.map(({ technician, name, seen_at }) => (
        <p key={technician} className="talk-heard">
          {seen_at === null ? words.say("talk.unseen", { name }) : words.say("talk.seen", { name, time: words.time(seen_at) })}
        </p>
      ))}
      {said.read_at !== null && <p className="talk-heard">{words.say("talk.read", { name: said.read_by, time: words.time(said.read_at) })}</p>}
    </li>
  );
}

function Notification({ told }: { readonly told: Told }): ReactElement {
  const words = useWords(TEXTS);
  return (
    <li className="talk-line told">
      <p className="talk-who">
        <strong>{words.say("talk.told", { channel: told.channel })}</strong> <TimeOf at={told.created_at} />{" "}
        <Badge tone={told.status === "failed" ? "bad" : "plain"}>{words.say(`talk.told.${told.status}`)}</Badge>
      </p>
      <p className="talk-text">{told.subject}</p>
    </li>
  );
}

/** What was in front of somebody for a moment is read. */
function useRead(job: string, data: Spoken | undefined, may: boolean): void {
  const read = useReading(job);
  const last = data?.messages.filter((one) => one.kind === "from_technician" && one.read_at === null).at(-1)?.id;
  useEffect(() => {
    if (last === undefined || !may) return undefined;
    // Whatever fails here is tried with the next look; nobody has to hear of it.
    const due = setTimeout(() => void read(last).catch(console.error), READ_MS);
    return () => clearTimeout(due);
  }, [last, may, read]);
}
