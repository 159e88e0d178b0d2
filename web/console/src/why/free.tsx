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
  /** It is of a plan before, and looked at again. */
  readonly old: boolean;
  readonly onError: (error: unknown) => void;
}

export function Frees({ visit, why, old, onError }: Props): ReactElement {
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
              <Way key={one.what} visit={visit} edition={why.edition} way={one} old={old} onError={onError} />
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
        <Places visit={visit} why={why} places={blocked} old={old} onError={onError} />
      </section>
    </>
  );
}

interface WayProps extends Omit<Props, "why"> {
  /** Of the plan in which it was tried. */
  readonly edition: number | null;
  readonly way: Freeing;
}

function Way({ visit, edition, way, old, onError }: WayProps): ReactElement {
  const words = useWords(TEXTS);
  const [doing, setDoing] = useState(false);
  const may = useMay("approve plans");
  const go = async (): Promise<void> => {
    setDoing(true);
    onError(null);
    try {
      await free(visit.id, way.apply, edition, words.say("why.applied", { what: way.what }));
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
          <Button size="small" kind="main" waiting={doing || old} onPress={() => void go()} aria-label={`${words.say("why.apply")}: ${way.what}`}>
            {words.say(doing ? "why.applying" : "why.apply")}
          </Button>
        )}
      </div>
      <p className="why-muted">{[price, way.verified ? words.say("why.free.verified") : ""].filter((one) => one !== "").join(" · ")}</p>
    </li>
  );
}
