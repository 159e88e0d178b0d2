/** This phone: what it is called, how much it keeps and until when, a newer version of the app, signing out. */

import { type ReactElement, useEffect, useState } from "react";
import { signOut } from "../../access/device";
import { operationTime } from "../../day/time";
import { update, useNewer } from "../../installed";
import { Sheet } from "../../pieces/sheet";
import { room } from "../../store/room";
import type { Kept } from "../../sync";
import type { FieldWords } from "../../texts";
import { SLOTS } from "../../work/slots";

const MEGABYTE = 1_000_000;

export function ThisPhone({ words, kept }: { readonly words: FieldWords; readonly kept: Kept }): ReactElement {
  const newer = useNewer();
  const [leaving, setLeaving] = useState(false);
  const [going, setGoing] = useState(false);
  const { day, clock, device } = kept.meta;
  const leave = (): void => {
    setGoing(true);
    void signOut().finally(() => setGoing(false));
  };
  return (
    <section className="part stack">
      <h2>{words.say("me.phone")}</h2>
      <p>{device?.called}</p>
      <Storage words={words} />
      {day !== undefined && <p className="muted">{words.say("me.day", { time: forgotten(words, operationTime(clock, day.forget)) })}</p>}
      {SLOTS.MapArea !== undefined && <SLOTS.MapArea words={words} />}
      {newer && (
        <>
          <p role="status">{words.say("me.newer")}</p>
          <button type="button" className="second" onClick={update}>
            {words.say("me.update")}
          </button>
        </>
      )}
      <button type="button" className="second" onClick={() => setLeaving(true)}>
        {words.say("sign-out")}
      </button>
      {leaving && (
        <Sheet words={words} title={words.say("me.sign-out.title")} onClose={() => setLeaving(false)}>
          <p>{words.say("me.sign-out.why")}</p>
          <button type="button" className="main" disabled={going} onClick={leave}>
            {words.say("sign-out")}
          </button>
        </Sheet>
      )}
    </section>
  );
}

function forgotten(words: FieldWords, at: Date): string {
  return `${words.date(at)} ${words.time(at)}`;
}

function Storage({ words }: { readonly words: FieldWords }): ReactElement | null {
  const [known, setKnown] = useState<{ used: number; all: number; kept: boolean } | null>(null);
  useEffect(() => {
    void (async () => {
      const [space, kept] = [await room(), (await navigator.storage?.persisted?.()) ?? false];
      if (space !== null) setKnown({ ...space, kept });
    })();
  }, []);
  if (known === null) return null;
  const { used, all, kept } = known;
  return (
    <p className="muted">
      {words.say("me.storage", { used: Math.ceil(used / MEGABYTE), all: Math.floor(all / MEGABYTE) })}{" "}
      {words.say(kept ? "me.storage.kept" : "me.storage.may-go")}
    </p>
  );
}
