/** Why nobody has a visit, and what would free it: tried out by the server, done by one press. */

import { type ReactElement, useState } from "react";
import type { Visit } from "../live";
import { Button } from "../pieces";
import { amount, type Freeing, type Why } from "../plans";
import { useMay } from "../session";
import { useWords } from "../words";
import { free } from "./apply";
import { Places } from "./elsewhere";
import { TEXTS } from "./texts";

interface Props {
  readonly visit: Visit;
  readonly why: Why;
  readonly edition: number;
  readonly onError: (error: unknown) => void;
}

export function Frees({ visit, why, edition, onError }: Props): ReactElement {
  const words = useWords(TEXTS);
  const blocked = why.elsewhere.filter((one) => one.broken.length > 0);
  const fits = blocked.length < why.elsewhere.length;
  return (
    <>
      {!fits && (
        <section aria-labelledby="why-free">
          <h3 id="why-free">{words.say("why.free")}</h3>
          {why.free.length === 0 && <p className="why-muted">{words.say("why.free.none")}</p>}
          <ul className="why-places">
            {why.free.map((one) => (
              <Way key={one.what} visit={visit} way={one} onError={onError} />
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="why-blocked">
        <h3 id="why-blocked">{words.say("why.blocked")}</h3>
        <ul className="why-sentences">
          {visit.reasons.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <Places visit={visit} places={blocked} edition={edition} onError={onError} />
      </section>
    </>
  );
}

function Way({ visit, way, onError }: { readonly visit: Visit; readonly way: Freeing; readonly onError: (error: unknown) => void }): ReactElement {
  const words = useWords(TEXTS);
  const [doing, setDoing] = useState(false);
  const may = useMay("approve plans");
  const go = async (): Promise<void> => {
    setDoing(true);
    onError(null);
    try {
      await free(visit.id, way.apply, words.say("why.applied", { what: way.what }));
    } catch (error) {
      onError(error);
    } finally {
      setDoing(false);
    }
  };
  const price = Math.abs(way.change) < 0.005 ? "" : words.say(way.change > 0 ? "why.free.cost" : "why.free.saves", { amount: amount(Math.abs(way.change), words.language) });
  return (
    <li className="why-place">
      <div className="why-place-head">
        <b>{way.what}</b>
        {may && (
          <Button size="small" kind="main" waiting={doing} onPress={() => void go()} aria-label={`${words.say("why.apply")}: ${way.what}`}>
            {words.say(doing ? "why.applying" : "why.apply")}
          </Button>
        )}
      </div>
      <p className="why-muted">{[price, way.verified ? words.say("why.free.verified") : ""].filter((one) => one !== "").join(" · ")}</p>
    </li>
  );
}
