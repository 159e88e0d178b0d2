/** What was tapped and what became of it: what waits, what was refused and why, what was sent. */

import type { ReactElement } from "react";
import type { VisitDocument } from "../day/documents";
import { Bar } from "../pieces/bar";
import { type Entry, type Kept, leaveOut, type PictureStanding, synchronise, takeAgain, useStanding } from "../sync";
import { QUIET } from "../sync/limits";
import type { FieldWords } from "../texts";
import { TakePhoto } from "../work/picture/take";
import { whatWasDone } from "./what-was-done";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
}

/** So many of what was sent are shown; the time sheet has the others. */
const SHOWN = 50;

export function Outbox({ words, kept }: Props): ReactElement {
  const { busy, went } = useStanding();
  const waiting = kept.outbox.filter((one) => one.fate === "waiting");
  const refused = kept.outbox.filter((one) => one.fate === "refused").reverse();
  const sent = kept.outbox.filter((one) => one.fate === "sent").reverse().slice(0, SHOWN);
  const pictures = kept.pictures.filter((one) => one.state !== "sent");
  return (
    <main className="screen" id="content" tabIndex={-1}>
      <h1>{words.say("outbox.title")}</h1>
      {kept.meta.trouble === "full" && <p className="warning">{words.say("outbox.full")}</p>}
      {went === "later" && waiting.length > 0 && <p className="warning">{words.say("outbox.later")}</p>}
      {kept.locked > 0 && <p className="muted">{words.say("outbox.locked", { count: kept.locked })}</p>}
      {kept.outbox.length === 0 && pictures.length === 0 && (
        <div className="empty">
          <h2>{words.say("outbox.empty")}</h2>
          <p>{words.say("outbox.empty.next")}</p>
        </div>
      )}
      <Entries title={words.say("outbox.waiting")} entries={waiting} words={words} kept={kept} />
      {pictures.length > 0 && (
        <section>
          <h2>{words.say("outbox.pictures")}</h2>
          <ul className="entries">
            {pictures.map((one) => (
              <PictureLine key={one.sha256} words={words} picture={one} kept={kept} />
            ))}
          </ul>
        </section>
      )}
      <Entries title={words.say("outbox.refused")} entries={refused} words={words} kept={kept} />
      <Entries title={words.say("outbox.sent")} entries={sent} words={words} kept={kept} />
      {(waiting.length > 0 || pictures.length > 0) && (
        <Bar>
          <button type="button" className="main" disabled={busy} onClick={() => void synchronise()}>
            {words.say(busy ? "sync.busy" : "outbox.now")}
          </button>
        </Bar>
      )}
    </main>
  );
}

interface EntriesProps extends Props {
  readonly title: string;
  readonly entries: readonly Entry[];
}

function Entries({ title, entries, words, kept }: EntriesProps): ReactElement | null {
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul className="entries">
        {entries.map((one) => (
          <li key={one.id} className={one.fate}>
            <span className="when">{words.time(one.receipt?.happened_at ?? one.happened)}</span>
            <span>
              <strong>{whatWasDone(one, words)}</strong>
              <small>{aboutWhat(one, kept)}</small>
              {one.fate === "refused" && <Reason words={words} entry={one} />}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Reason({ words, entry }: { readonly words: FieldWords; readonly entry: Entry }): ReactElement {
  const { code, detail } = entry.receipt ?? {};
  return (
    <span className="reason">
      {detail ?? code} {!QUIET.has(code ?? "") && words.say("refused.dispute")}
    </span>
  );
}

function aboutWhat(entry: Entry, kept: Kept): string {
  const visit = kept.documents.find((one): one is VisitDocument => one.kind === "visit" && one.visit === entry.visit);
  return visit === undefined ? "" : `${visit.job.number} · ${visit.job.title}`;
}

function PictureLine({ words, picture, kept }: Props & { readonly picture: PictureStanding }): ReactElement {
  const percent = Math.floor((100 * (picture.offset ?? 0)) / picture.size);
  return (
    <li className={picture.state}>
      <span className="when" />
      <span>
        <strong>{words.say("outbox.picture", { kb: Math.ceil(picture.size / 1000) })}</strong>
        {picture.state === "lost" ? (
          <Lost words={words} picture={picture} kept={kept} />
        ) : picture.state === "refused" ? (
          <span className="reason">{picture.why}</span>
        ) : (
          <small>{words.say("outbox.picture.part", { percent })}</small>
        )}
      </span>
    </li>
  );
}

/** A picture that the browser has lost before it was sent: taken again where it stood, or not missed. */
function Lost({ words, picture, kept }: Props & { readonly picture: PictureStanding }): ReactElement {
  const found = kept.documents.flatMap((one) =>
    one.kind === "visit" ? one.media.filter(({ sha256 }) => sha256 === picture.sha256).map((medium) => ({ visit: one, medium })) : [],
  )[0];
  const drawn = found?.medium.purpose === "signature";
  return (
    <span className="stack">
      <span className="reason">
        {words.say("picture.lost")} {found !== undefined && words.say(drawn ? "picture.lost.signature" : "picture.lost.photo")}
      </span>
      {found !== undefined && <small>{`${found.visit.job.number} · ${found.visit.job.title}`}</small>}
      {found !== undefined && !drawn && <TakePhoto words={words} onTaken={(photo) => takeAgain(found.visit, found.medium, photo)} />}
      <button type="button" className="quiet" onClick={() => void leaveOut(picture.sha256)}>
        {words.say("picture.leave-out")}
      </button>
    </span>
  );
}
