/** How sending stands, in one line that is always there: "3 waiting · last sent 10:42". It opens the outbox. */

import type { ReactElement } from "react";
import { operationTime } from "../day/time";
import { goTo } from "../place";
import { type Kept, type Standing, useStanding } from "../sync";
import type { FieldWords } from "../texts";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
}

export function SyncLine({ words, kept }: Props): ReactElement {
  const standing = useStanding();
  const waits = kept.outbox.some((one) => one.fate === "waiting") || kept.pictures.some((one) => one.state === "waiting");
  return (
    <button type="button" className={`sync ${waits ? "waits" : "sent"}`} onClick={() => goTo("outbox")}>
      <span role="status">{sentence(words, kept, standing)}</span>
    </button>
  );
}

function sentence(words: FieldWords, kept: Kept, { went }: Standing): string {
  const waiting = kept.outbox.filter((one) => one.fate === "waiting").length;
  const pictures = kept.pictures.filter((one) => one.state === "waiting").length;
  const refused = kept.outbox.filter((one) => one.fate === "refused").length;
  const { contact, clock, trouble } = kept.meta;
  const said: string[] = [];
  if (trouble === "full") said.push(words.say("sync.full"));
  if (waiting > 0) said.push(words.say("sync.waiting", { count: waiting }));
  if (pictures > 0) said.push(words.say("sync.pictures", { count: pictures }));
  if (waiting + pictures === 0) said.push(words.say("sync.all"));
  if (refused > 0) said.push(words.say("sync.refused", { count: refused }));
  if (went === "offline") said.push(words.say("sync.offline"));
  const last = contact?.sent != null && (waiting > 0 || went !== "offline") ? contact.sent : contact?.heard;
  if (last != null) {
    const key = last === contact?.sent ? "sync.last" : "sync.heard";
    said.push(words.say(key, { time: words.time(operationTime(clock, Date.parse(last))) }));
  }
  return said.join(" · ");
}
