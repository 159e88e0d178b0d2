/** The page of a resource: its list, and beside it the form of what was chosen. */

import { type ReactElement, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useCommand } from "../../commands";
import { useMay } from "../../session";
import { useWords } from "../../words";
import { TEXTS } from "../texts";
import type { Identified, Resource } from "./resource";
import { ResourceForm } from "./resource-form";
import { type Narrowed, ResourceList } from "./resource-list";

interface Props<Row extends Identified> {
  readonly resource: Resource<Row>;
  /** What is chosen: an id, "new", or nothing. */
  readonly chosen: string | null;
}

/** What a list was narrowed to is kept while one is elsewhere. */
const KEPT = new Map<string, Narrowed>();

export function ResourcePage<Row extends Identified>({ resource, chosen }: Props<Row>): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const mayWrite = useMay(resource.write);
  const [narrowed, setNarrowed] = useState<Narrowed>(KEPT.get(resource.name) ?? { text: "", by: {} });
  const search = useRef<HTMLInputElement>(null);
  const home = `/office/${resource.name}`;
  const mayAdd = mayWrite && resource.add !== undefined;

  useCommand({ id: "office.search", title: TEXTS["kit.search"], key: "/", run: () => search.current?.focus() });
  useCommand({ id: "office.new", title: TEXTS["kit.new"], key: "n", when: () => mayAdd, run: () => go(`${home}/new`) });
  useCommand({ id: "office.close", title: TEXTS["kit.back"], key: "esc", when: () => chosen !== null, run: () => go(home) });

  const list = useMemo(() => resource, [resource]);
  return (
    <div className="office-resource" data-open={chosen !== null || undefined}>
      <ResourceList
        resource={list}
        words={words}
        chosen={chosen}
        hrefOf={(id) => `#${home}/${id}`}
        narrowed={narrowed}
        onNarrow={(next) => {
          KEPT.set(resource.name, next);
          setNarrowed(next);
        }}
        mayAdd={mayAdd}
        onAdd={() => go(`${home}/new`)}
        search={search}
      />
      {chosen === null ? (
        <aside className="office-detail office-nothing">
          <p>{words.say(resource.about)}</p>
        </aside>
      ) : (
        <ResourceForm
          key={chosen}
          resource={resource}
          words={words}
          id={chosen === "new" ? null : chosen}
          mayWrite={mayWrite}
          onSaved={(id) => go(`${home}/${id}`)}
          onClose={() => go(home)}
        />
      )}
    </div>
  );
}
