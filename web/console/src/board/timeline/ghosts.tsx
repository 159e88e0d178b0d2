/**
 * Before the rows: what is being moved, what moves along with it, and what a shown proposal changes. From where it was a
 * hollow bar, to where it would be an outlined one with what that buys.
 */

import type { ReactElement } from "react";
import { boardNow, useBoardPart } from "../../live";
import { amount, type PlanDocument, usePlan, type VisitChange } from "../../plans";
import { useShownProposal } from "../../select";
import { LANE_HEIGHT, BAR_HEIGHT, BAR_TOP, NARROWEST_BAR, type Geometry } from "./geometry";
import { useMoving } from "./moving";
import type { Line, Lines, Sighted } from "./rows";
import type { TimelineWords } from "./texts";
import { HOUR, type Scale, xOf } from "./time-scale";
import { stopOf } from "./trial";

interface Props {
  readonly lines: Lines;
  readonly sighted: Sighted;
  readonly scale: Scale;
  readonly geometry: Geometry;
  readonly words: TimelineWords;
}

interface Ghost {
  readonly key: string;
  readonly technician: string;
  readonly from: number;
  readonly until: number;
  readonly kind: "hand" | "result" | "along" | "from" | "to" | "new" | "removed";
  readonly text: string;
  readonly label: string;
  readonly buys?: string;
}

export function Ghosts(props: Props): ReactElement {
  const ghosts = [...useProposalGhosts(props.words), ...useMovingGhosts()];
  const { lines, sighted, scale, geometry } = props;
  return (
    <div className="timeline-ghosts" style={{ left: geometry.head }} role="presentation">
      {ghosts.map((ghost) => {
        const line = lineIn(lines, sighted, ghost.technician);
        return line === null ? null : <GhostBar key={ghost.key} ghost={ghost} top={line.top + geometry.above} scale={scale} />;
      })}
    </div>
  );
}

function GhostBar({ ghost, top, scale }: { readonly ghost: Ghost; readonly top: number; readonly scale: Scale }): ReactElement {
  const width = Math.max(((ghost.until - ghost.from) / HOUR) * scale.hour - 1, NARROWEST_BAR);
  const hand = ghost.kind === "hand";
  return (
    <div
      className={`timeline-ghost ${ghost.kind}`}
      data-ghost={ghost.kind}
      role={hand || ghost.label === "" ? "presentation" : "img"}
      aria-label={ghost.label === "" ? undefined : ghost.label}
      title={ghost.label === "" ? undefined : ghost.label}
      style={{ left: xOf(scale, ghost.from), top: hand ? top + 2 : top + BAR_TOP, width, height: hand ? LANE_HEIGHT - 5 : BAR_HEIGHT }}
    >
      {width > 46 && <span className="timeline-ghost-text">{ghost.text}</span>}
      {ghost.buys !== undefined && <span className="timeline-ghost-buys">{ghost.buys}</span>}
    </div>
  );
}

function lineIn(lines: Lines, sighted: Sighted, technician: string): Line | null {
  const index = lines.ofPerson.get(technician);
  if (index === undefined || index < sighted.first || index >= sighted.end) return null;
  return lines.all[index] ?? null;
}

function useMovingGhosts(): readonly Ghost[] {
  const moving = useMoving();
  if (moving === null || moving.aim === null || moving.aim === "nobody") return [];
  const { aim, price, lead, length } = moving;
  const board = boardNow();
  const called = (visit: string): string => board?.visitById.get(visit)?.customer.name ?? "";
  const ghosts: Ghost[] = [];
  const trial = price.kind === "known" ? price.trial : null;
  if (moving.stage === "aiming" || trial === null) {
    ghosts.push({ key: "hand", technician: aim.technician, from: aim.at, until: aim.at + length, kind: "hand", text: called(lead.visit), label: "" });
  }
  if (trial === null || moving.same) return ghosts;
  for (const one of moving.moved) {
    const stop = stopOf(trial, one);
    if (stop === null) continue;
    ghosts.push({ key: `result ${one.visit} ${one.role}`, technician: stop.technician, from: Date.parse(stop.start), until: Date.parse(stop.end), kind: "result", text: called(one.visit), label: "" });
  }
  const names = new Set(moving.moved.map((one) => one.visit));
  for (const one of trial.moved) {
    if (names.has(one.visit) || one.after === null) continue;
    const { technician, start, end } = one.after;
    ghosts.push({ key: `along ${one.visit}`, technician, from: Date.parse(start), until: Date.parse(end), kind: "along", text: "", label: "" });
  }
  return ghosts;
}

/** What the shown draft changes on this day. */
function useProposalGhosts(words: TimelineWords): readonly Ghost[] {
  const shown = useShownProposal();
  const plan = usePlan(shown).data;
  // Without a proposal there is nothing to name: then no change of the board draws this again.
  const visits = useBoardPart((board) => (shown === null ? undefined : board?.visitById));
  if (shown === null || plan === undefined) return [];
  return plan.difference.visits.flatMap((one) => ghostsOf(one, plan, words, (id) => {
    const visit = visits?.get(id);
    return visit === undefined ? "" : visit.customer.name;
  }));
}

/** Exported for its test. */
export function ghostsOf(change: VisitChange, plan: Pick<PlanDocument, "difference">, words: TimelineWords, called: (visit: string) => string): readonly Ghost[] {
  const what = called(change.visit) || change.visit;
  const ghosts: Ghost[] = [];
  const { before, after } = change;
  before?.technicians.forEach((technician, index) => {
    const stays = change.kind === "shifted" && after?.technicians[index] === technician;
    if (stays) return;
    const kind = after === null ? "removed" : "from";
    ghosts.push({
      key: `${kind} ${change.visit} ${technician}`,
      technician,
      from: instant(before.start),
      until: instant(before.end),
      kind,
      text: kind === "removed" ? what : "",
      label: words.say(kind === "removed" ? "ghost.removed" : "ghost.from", { what }),
    });
  });
  after?.technicians.forEach((technician, index) => {
    const kind = before === null ? "new" : "to";
    const cluster = plan.difference.clusters.find((one) => one.visits[0] === change.visit);
    const buys = index === 0 && cluster !== undefined ? buysOf(cluster.gain, words) : undefined;
    ghosts.push({
      key: `${kind} ${change.visit} ${technician}`,
      technician,
      from: instant(after.start),
      until: instant(after.end),
      kind,
      text: what,
      label: words.say(kind === "new" ? "ghost.new" : "ghost.to", { what, time: words.time(new Date(instant(after.start))) }),
      ...(buys === undefined ? {} : { buys }),
    });
  });
  return ghosts;
}

function buysOf(gain: number, words: TimelineWords): string | undefined {
  if (Math.abs(gain) < 0.05) return undefined;
  return words.say(gain > 0 ? "ghost.buys" : "ghost.costs", { cost: amount(Math.abs(gain), words.language) });
}

/** A difference says its instants as text, an older one as seconds since 1970. */
function instant(at: string | number): number {
  return typeof at === "number" ? at * 1000 : Date.parse(at);
}
