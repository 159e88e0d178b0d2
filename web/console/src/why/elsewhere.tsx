/** Where else a visit could stand: the best place of every technician, with its price and what it breaks. */

import { type ReactElement, useState } from "react";
import { isDone, isUnderWay, type Visit } from "../live";
import { Button, Tip } from "../pieces";
import { amount, type Elsewhere, signed, type Why } from "../plans";
import { hover } from "../select";
import { useMay } from "../session";
import { useWords, type Words } from "../words";
import { move } from "./apply";
import { type Key, TEXTS } from "./texts";
import { WhyNumber } from "./why-number";

interface Props {
  readonly visit: Visit;
  readonly why: Why;
  /** It is of a plan before, and looked at again. */
  readonly old: boolean;
  readonly onError: (error: unknown) => void;
}

/** So many are told at first: who wants all of them asks for them. */
const FIRST = 6;

/** Where it fits; and of a visit that somebody has, where it does not, for whoever wants it there anyway. */
export function Elsewheres({ visit, why, old, onError }: Props): ReactElement {
  const words = useWords(TEXTS);
  const places = why.here === null ? why.elsewhere.filter((one) => one.broken.length === 0) : why.elsewhere;
  return (
    <section aria-labelledby="why-elsewhere">
      <h3 id="why-elsewhere">{words.say(why.here === null ? "why.elsewhere.open" : "why.elsewhere")}</h3>
      {places.length === 0 && <p className="why-muted">{words.say("why.elsewhere.none")}</p>}
      <Places visit={visit} why={why} places={places} old={old} onError={onError} />
    </section>
  );
}

interface PlacesProps extends Props {
  readonly places: readonly Elsewhere[];
}

/** The best of everybody, the first of them at once. */
export function Places({ visit, why, places, old, onError }: PlacesProps): ReactElement {
  const words = useWords(TEXTS);
  const [all, setAll] = useState(false);
  const shown = all ? places : places.slice(0, FIRST);
  const more = places.length - shown.length;
  return (
    <>
      <ol className="why-places">
        {shown.map((one) => (
          <Place key={one.technician} visit={visit} edition={why.edition} place={one} old={old} onError={onError} />
        ))}
      </ol>
      {more > 0 && (
        <Button size="small" kind="quiet" onPress={() => setAll(true)}>
          {words.say("why.more", { n: more })}
        </Button>
      )}
    </>
  );
}

interface PlaceProps extends Omit<Props, "why"> {
  /** Of the plan that it was looked for in. */
  readonly edition: number | null;
  readonly place: Elsewhere;
}

function Place({ visit, edition, place, old, onError }: PlaceProps): ReactElement {
  const words = useWords(TEXTS);
  const [doing, setDoing] = useState(false);
  const may = useMay("approve plans") && !isDone(visit) && !isUnderWay(visit);
  const { name, start, change, broken, sentence, edits } = place;
  const anyway = broken.length > 0;
  const go = async (): Promise<void> => {
    setDoing(true);
    onError(null);
    try {
      await move({ edits, edition, anyway, said: words.say("why.moved", { visit: visit.number, name, time: words.time(start) }) });
    } catch (error) {
      onError(error);
    } finally {
      setDoing(false);
    }
  };
  const label = words.say(anyway ? "why.anyway.to" : "why.move.to", { visit: visit.number, name, time: words.time(start) });
  const button = (
    <Button size="small" kind={anyway ? "bad" : "plain"} waiting={doing || old} onPress={() => void go()} aria-label={label}>
      {words.say(anyway ? "why.anyway" : "why.move")}
    </Button>
  );
  return (
    <li className="why-place" data-broken={anyway || undefined} onMouseEnter={() => hover(place.technician)} onMouseLeave={() => hover(null)}>
      <div className="why-place-head">
        <b>{name}</b>
        <span className="why-time">{words.time(start)}</span>
        <WhyNumber name={words.say("why.elsewhere.price", { name })} sentence={sentence} line={<Prices place={place} words={words} />}>
          {priced(change, words)}
        </WhyNumber>
        {may && (anyway ? <Tip text={words.say("why.anyway.about")}>{button}</Tip> : button)}
      </div>
      {!anyway && <p className="why-muted">{sentence}</p>}
      {broken.length > 0 && (
        <ul className="why-broken">
          {broken.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </li>
  );
}

function priced(change: number, words: Words<Key>): string {
  if (Math.abs(change) < 0.005) return words.say("why.elsewhere.same");
  return words.say(change > 0 ? "why.elsewhere.dearer" : "why.elsewhere.cheaper", { amount: amount(Math.abs(change), words.language) });
}

function Prices({ place, words }: { readonly place: Elsewhere; readonly words: Words<Key> }): ReactElement {
  return (
    <ul className="why-reasons">
      {place.by_rule
        .filter((one) => one.level !== "must" && Math.abs(one.change) >= 0.005)
        .map(({ rule, title, change }) => (
          <li key={rule}>
            <span>{title}</span> <b>{signed(change, (value) => amount(value, words.language))}</b>
          </li>
        ))}
    </ul>
  );
}
