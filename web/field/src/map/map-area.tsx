/** In Me: the map of the day's area, fetched while there is a network and kept for where there is none. */

import { type ReactElement, useEffect, useRef, useState } from "react";
import { useDay } from "../sync";
import type { FieldWords } from "../texts";
import { isUnanswered } from "../work/unanswered";
import { archive } from "./archive";
import { areaOf, type Fetched, fetchArea } from "./area";
import { type MapSource, mapSource } from "./source";

export function MapArea({ words }: { readonly words: FieldWords }): ReactElement {
  const { visits, planned, tomorrow } = useDay();
  const [source, setSource] = useState<MapSource | null>(null);
  const [size, setSize] = useState<number | null>(null);
  const [fetched, setFetched] = useState<Fetched | null>(null);
  const [failed, setFailed] = useState(false);
  const stopping = useRef<AbortController | null>(null);
  const area = areaOf([...visits, ...planned, ...tomorrow]);

  useEffect(() => {
    void mapSource().then(async (found) => {
      setSource(found);
      if (found?.kind === "region" && found.url !== null) setSize(await archive(found.url).kept.size());
    });
    return () => stopping.current?.abort();
  }, []);

  if (source === null || source.kind !== "region" || source.url === null) return <p className="muted">{words.say("area.none")}</p>;
  const { url } = source;

  async function go(): Promise<void> {
    if (source === null || area === null) return;
    stopping.current = new AbortController();
    setFailed(false);
    setFetched({ done: 0, of: 1 });
    try {
      await fetchArea(source, area, setFetched, stopping.current.signal);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      setFailed(true);
    } finally {
      setFetched(null);
      setSize(await archive(url).kept.size());
    }
  }

  return (
    <div className="stack">
      <p className="muted">{words.say("area.kept", { megabytes: Math.round((size ?? 0) / 100_000) / 10 })}</p>
      {fetched !== null && <progress value={fetched.done} max={fetched.of} aria-label={words.say("area.fetching")} />}
      {failed && <p role="alert">{words.say("area.failed")}</p>}
      {fetched === null ? (
        <button type="button" className="second" disabled={area === null} onClick={() => void go()}>
          {words.say("area.go")}
        </button>
      ) : (
        <button type="button" className="second" onClick={() => stopping.current?.abort()}>
          {words.say("area.stop")}
        </button>
      )}
    </div>
  );
}
