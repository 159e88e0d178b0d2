/** Saying where a site is: choose a candidate for its address, point at the map, or write the coordinates; confirm. */

import { type FormEvent, type ReactElement, useEffect, useId, useRef, useState } from "react";
import { Refused } from "@fieldwright/shared/api";
import { useIsHere } from "@fieldwright/shared/is-here";
import { candidates, type Meant, type Place, placeSite, pointOf, type Site, written } from "@fieldwright/shared/places";
import type { PageWords } from "./texts";

interface Props {
  readonly words: PageWords;
  readonly site: Site;
  readonly meant: Meant | null;
  readonly onMean: (meant: Meant) => void;
  /** `placed`: it was said where the site is; otherwise somebody left it. */
  readonly onClose: (placed: boolean) => void;
  /** It was left before the answer came, which was no. */
  readonly onMissed: (why: string) => void;
}

export function PlaceSite({ words, site, meant, onMean, onClose, onMissed }: Props): ReactElement {
  const title = useRef<HTMLHeadingElement>(null);
  const [wrong, setWrong] = useState("");
  const [going, setGoing] = useState(false);
  const isHere = useIsHere();
  useEffect(() => title.current?.focus(), []);

  async function confirm(): Promise<void> {
    if (meant === null) return;
    setGoing(true);
    setWrong("");
    try {
      await placeSite(site, meant);
      onClose(true);
    } catch (error) {
      if (!isHere()) onMissed(whyNotPlaced(error, words));
      setWrong(whyNotPlaced(error, words));
      setGoing(false);
    }
  }

  return (
    <section className="placing" aria-labelledby="placing-title">
      <button type="button" className="plain" onClick={() => onClose(false)}>
        ‹ {words.say("place.back")}
      </button>
      <h2 id="placing-title" ref={title} tabIndex={-1}>
        {words.say("place.title")}
      </h2>
      <p className="address">{[site.name, site.address].filter(Boolean).join(", ")}</p>
      <Candidates words={words} address={site.address} meant={meant} onMean={onMean} />
      <Coordinates words={words} meant={meant} onMean={onMean} />
      <p className="muted">{words.say("place.point")}</p>
      <p className="complaint" role="alert">
        {wrong}
      </p>
      <button type="button" className="main" disabled={meant === null || going} onClick={() => void confirm()}>
        {words.say(going ? "place.going" : "place.go")}
      </button>
    </section>
  );
}

interface PartProps extends Pick<Props, "words" | "meant" | "onMean"> {}

function Candidates({ words, address, meant, onMean }: PartProps & { readonly address: string }): ReactElement {
  const [asked, setAsked] = useState(address);
  const [found, setFound] = useState<readonly Place[] | null>(null);
  const [trouble, setTrouble] = useState("");
  const field = useId();
  const first = useRef({ words, onMean });
  first.current = { words, onMean };

  useEffect(() => {
    const asking = new AbortController();
    setFound(null);
    setTrouble("");
    candidates(asked, asking.signal).then(setFound, (error: unknown) => {
      if (asking.signal.aborted) return;
      setFound([]);
      setTrouble(whyNotFound(error, first.current.words));
    });
    return () => asking.abort();
  }, [asked]);

  function search(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("address")).trim();
    if (text !== "") setAsked(text);
  }

  return (
    <>
      <form onSubmit={search} role="search">
        <label htmlFor={field}>{words.say("place.search")}</label>
        <span className="row">
          <input id={field} name="address" defaultValue={address} maxLength={300} autoComplete="off" />
          <button type="submit">{words.say("place.find")}</button>
        </span>
      </form>
      <p className="muted" role="status">
        {found === null ? words.say("place.looking") : trouble || words.say(found.length === 0 ? "place.none" : "place.some", { count: found.length })}
      </p>
      <ul className="candidates">
        {(found ?? []).map((one) => (
          <li key={`${one.label} ${one.lat} ${one.lon}`}>
            <button type="button" className="site" aria-pressed={meant?.candidate === one} onClick={() => onMean({ at: [one.lat, one.lon], candidate: one })}>
              <span className="what">{one.label}</span>
              <small>{words.say(`precision.${one.precision}`)}</small>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Coordinates({ words, meant, onMean }: PartProps): ReactElement {
  const field = useId();
  const shown = meant === null ? "" : written(meant.at);
  const [text, setText] = useState(shown);
  const [wrong, setWrong] = useState(false);
  // What is chosen or pointed at elsewhere stands here as well; what is being written stays as it is.
  useEffect(() => {
    setText(shown);
    setWrong(false);
  }, [shown]);

  function take(): void {
    if (text.trim() === "" || text === shown) return;
    const at = pointOf(text);
    setWrong(at === null);
    if (at !== null) onMean({ at, candidate: null });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <label htmlFor={field}>{words.say("place.coordinates")}</label>
      <input
        id={field}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        placeholder="-29.90270, -71.25190"
        autoComplete="off"
        aria-invalid={wrong}
        aria-describedby={`${field}-wrong`}
      />
      <p id={`${field}-wrong`} className="complaint">
        {wrong ? words.say("place.coordinates.wrong") : ""}
      </p>
    </form>
  );
}

function whyNotFound(error: unknown, words: PageWords): string {
  if (!(error instanceof Refused)) return words.say("failed.unreachable");
  return words.say(error.status === 409 ? "place.nobody" : "place.down");
}

function whyNotPlaced(error: unknown, words: PageWords): string {
  if (!(error instanceof Refused)) return words.say("failed.unreachable");
  if (error.status === 412) return words.say("place.stale");
  return error.status === 403 ? words.say("place.forbidden") : error.message;
}
