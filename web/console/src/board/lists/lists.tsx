/** What needs somebody, what needs attention, and the whole day. */

import { type ReactElement, type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useCommand } from "../../commands";
import { useBoard, useNow } from "../../live";
import { Icon, Segments, Waiting } from "../../pieces";
import { isEverything, matches, useFilter } from "../../select";
import { useWords } from "../../words";
import { asked, askFor } from "./ask-for";
import { type Lists as Found, listsOf, type Stage, stageOf } from "./rows";
import { TEXTS } from "./texts";
import { VisitList } from "./visit-list";
import type { ListKind } from "./visit-row";
import "./lists.css";

const STAGES: readonly Stage[] = ["all", "under-way", "planned", "done"];
const NOTHING: Found = { unassigned: [], atRisk: [], day: [] };
const KEPT = "fieldwright.lists";

export function Lists({ onOpen }: { readonly onOpen: (visit: string) => void }): ReactElement {
  const words = useWords(TEXTS);
  const board = useBoard();
  const filter = useFilter();
  const minute = useNow(60_000);
  const [stage, setStage] = useState<Stage>("all");
  const [closed, setClosed] = useState<readonly ListKind[]>(kept);
  const all = useMemo(() => (board === undefined ? NOTHING : listsOf(board, () => true)), [board]);
  // The state by which a filter may ask goes by the clock; once a minute is often enough.
  const found = useMemo(
    () => (board === undefined || isEverything(filter) ? all : listsOf(board, (visit) => matches(visit, filter))),
    [board, all, filter, minute],
  );
  const stages = useMemo(() => counted(found.day.map(stageOf)), [found]);
  const day = useMemo(() => (stage === "all" ? found.day : found.day.filter((one) => stageOf(one) === stage)), [found, stage]);
  const filtered = !isEverything(filter);

  const wanted = useSyncExternalStore(asked.subscribe, asked.get);
  useEffect(() => {
    if (wanted === null || board === undefined) return;
    asked.set(null);
    open(wanted, true);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-list="${wanted}"]`)?.focus());
  }, [wanted, board === undefined]);
  const focus = (kind: ListKind) => () => askFor(kind);
  useCommand({ id: "lists.unassigned", title: TEXTS["lists.go.unassigned"], key: "l u", run: focus("unassigned") });
  useCommand({ id: "lists.at-risk", title: TEXTS["lists.go.at-risk"], key: "l r", run: focus("at-risk") });
  useCommand({ id: "lists.day", title: TEXTS["lists.go.day"], key: "l d", run: focus("day") });

  function open(kind: ListKind, yes: boolean): void {
    const next = yes ? closed.filter((one) => one !== kind) : [...closed.filter((one) => one !== kind), kind];
    setClosed(next);
    localStorage.setItem(KEPT, JSON.stringify(next));
  }

  if (board === undefined) return <Waiting />;
  const section = (kind: ListKind, title: string, visits: Found["day"], whole: number, none: string, above?: ReactNode): ReactElement => (
    <Section
      kind={kind}
      title={title}
      count={filtered && visits.length !== whole ? words.say("lists.of", { shown: visits.length, all: whole }) : String(visits.length)}
      isOpen={!closed.includes(kind)}
      onOpen={(yes) => open(kind, yes)}
    >
      {above}
      {visits.length === 0 ? (
        <p className="list-none" data-list={kind} tabIndex={-1}>
          {filtered && whole > 0 ? words.say("lists.none.filtered") : none}
        </p>
      ) : (
        <VisitList kind={kind} label={title} visits={visits} onOpen={onOpen} />
      )}
    </Section>
  );
  return (
    <div className="lists">
      {section("unassigned", words.say("lists.unassigned"), found.unassigned, all.unassigned.length, words.say("lists.unassigned.none"))}
      {section("at-risk", words.say("lists.at-risk"), found.atRisk, all.atRisk.length, words.say("lists.at-risk.none"))}
      {section(
        "day",
        words.say("lists.day"),
        day,
        all.day.length,
        words.say("lists.day.none"),
        <div className="list-stages">
          <Segments
            label={words.say("lists.by")}
            value={stage}
            onChange={setStage}
            options={STAGES.map((one) => ({
              id: one,
              label: one === "all" ? words.say("lists.by.all") : `${words.say(`lists.by.${one}`)} ${stages.get(one) ?? 0}`,
            }))}
          />
        </div>,
      )}
    </div>
  );
}

interface SectionProps {
  readonly kind: ListKind;
  readonly title: string;
  readonly count: string;
  readonly isOpen: boolean;
  readonly onOpen: (yes: boolean) => void;
  readonly children: ReactNode;
}

function Section({ kind, title, count, isOpen, onOpen, children }: SectionProps): ReactElement {
  return (
    <section className={`list-section ${kind}`} data-open={isOpen || undefined} data-drop={kind === "unassigned" ? "nobody" : undefined}>
      <h2>
        <button type="button" aria-expanded={isOpen} onClick={() => onOpen(!isOpen)}>
          <Icon name="right" size={12} />
          <span>{title}</span>
          <span className="list-count">{count}</span>
        </button>
      </h2>
      {isOpen && <div className="list-body">{children}</div>}
    </section>
  );
}

function counted<Of>(all: readonly Of[]): ReadonlyMap<Of, number> {
  const counts = new Map<Of, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function kept(): readonly ListKind[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found) ? (found as ListKind[]) : [];
  } catch {
    return [];
  }
}
