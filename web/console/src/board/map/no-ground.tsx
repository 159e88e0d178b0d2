/** What is missing of the map, and what to do about it. */

import { type ReactElement, useState } from "react";
import type { MapSource } from "@fieldwright/shared/map/base";
import { useWords } from "../../words";
import { TEXTS } from "./texts";
import type { Trouble } from "./use-ground";

interface Props {
  readonly source: MapSource | undefined;
  readonly trouble: Trouble;
  readonly routesFailed: boolean;
}

export function NoGround({ source, trouble, routesFailed }: Props): ReactElement | null {
  const words = useWords(TEXTS);
  const [closed, setClosed] = useState(false);
  if (trouble === "no-canvas") {
    return (
      <div className="map-over" role="alert">
        <h2>{words.say("map.broken")}</h2>
        <p>{words.say("map.broken.why")}</p>
      </div>
    );
  }
  if (source?.kind === "none" && !closed) {
    const next = words.language === "en" && source.missing !== null ? source.missing.replaceAll("`", "") : words.say("map.none.next");
    return (
      <div className="map-over" role="status">
        <h2>{words.say("map.none")}</h2>
        <p>{words.say("map.none.why")}</p>
        <p>{next}</p>
        <button type="button" className="map-close" onClick={() => setClosed(true)} aria-label={words.say("map.none.close")}>
          ×
        </button>
      </div>
    );
  }
  const said = routesFailed ? "map.no-routes" : trouble === "no-tiles" && source?.kind !== "none" ? "map.trouble" : null;
  if (said === null) return null;
  return (
    <p className="map-over map-small" role="status">
      {words.say(said)}
    </p>
  );
}
