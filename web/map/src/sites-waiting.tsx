/** Sites that nobody can be sent to, because nobody knows for sure where they are: one line, and a list behind it. */

import { type ReactElement, useState } from "react";
import type { Site } from "@fieldwright/shared/places";
import { StateMark } from "./state-mark";
import type { PageWords } from "./texts";
import type { Waiting } from "./use-sites";

interface Props {
  readonly words: PageWords;
  readonly waiting: Waiting;
  readonly onChoose: (site: Site) => void;
}

export function SitesWaiting({ words, waiting: { sites, more }, onChoose }: Props): ReactElement | null {
  const [open, setOpen] = useState(false);
  if (sites.length === 0) return null;
  return (
    <section className="waiting-sites">
      <h2>
        <button type="button" className="unfold" aria-expanded={open} aria-controls="waiting-sites" onClick={() => setOpen(!open)}>
          <StateMark state="unassigned" />
          {words.say(more ? "sites.many" : "sites.waiting", { count: sites.length })}
        </button>
      </h2>
      <ul id="waiting-sites" hidden={!open}>
        {sites.map((site) => (
          <li key={site.id}>
            <button type="button" className="site" onClick={() => onChoose(site)}>
              <span className="what">{site.address}</span>
              <small>{[site.name, words.say(site.lat === null ? "site.unknown" : "site.unsure")].filter(Boolean).join(" · ")}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
