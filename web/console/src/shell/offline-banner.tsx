/** The connection is down: said where it cannot be overlooked, without moving anything. */

import { type ReactElement, useEffect, useState } from "react";
import { live, operationNow, useLink } from "../live";
import { Button, Icon } from "../pieces";
import { useWords } from "../words";
import { TEXTS } from "./texts";

/** A stream that comes back by itself within this time is nothing to speak of. */
const PATIENCE_MS = 1500;

export function OfflineBanner(): ReactElement {
  const words = useWords(TEXTS);
  const link = useLink();
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    if (link === "live") {
      setSince(null);
      return;
    }
    if (link !== "offline") return;
    const lost = operationNow();
    const due = setTimeout(() => setSince((before) => before ?? lost), PATIENCE_MS);
    return () => clearTimeout(due);
  }, [link]);
  return (
    <div role="status" className="shell-offline-place">
      {since !== null && (
        <div className="shell-offline">
          <Icon name="offline" />
          <p>
            <strong>{words.say("shell.offline.title", { time: words.time(new Date(since)) })}</strong> {words.say("shell.offline.text")}
          </p>
          <Button size="small" onPress={() => live.hurry()}>
            {words.say("shell.offline.again")}
          </Button>
        </div>
      )}
    </div>
  );
}
