/** The ways that people drive today, as the server drew them. Only those are asked for again whose route is another. */

import { useEffect, useMemo, useRef, useState } from "react";
import { ask, type Shape } from "../../request";
import type { Board, Technician } from "../../live";
import type { Leg } from "./marks";

type Drawing = Shape<"DrawingShape">;

/** So many are asked for by name; where more have changed, everybody's are. */
const MOST_NAMED = 60;
/** So long after a change the ways are asked for, so that a burst of changes is one question (ms). */
const GATHER_MS = 600;

export interface Routes {
  readonly legs: ReadonlyMap<string, readonly Leg[]>;
  readonly waiting: boolean;
  readonly failed: unknown;
}

const NONE: Routes = { legs: new Map(), waiting: true, failed: null };

/** Legs by technician: of everybody on the board who has a visit. */
export function useRoutes(board: Board | undefined): Routes {
  const [routes, setRoutes] = useState<Routes>(NONE);
  const drawn = useRef(new Map<string, string>());
  const span = board === undefined ? "" : `${board.since} ${board.until}`;
  const drawnSpan = useRef(span);
  const latest = useRef(board);
  latest.current = board;
  const technicians = board?.technicians;
  const wanted = useMemo(() => (technicians === undefined ? "" : routesWanted(technicians)), [technicians]);

  useEffect(() => {
    if (latest.current === undefined) return;
    const controller = new AbortController();
    const again = drawnSpan.current !== span;
    if (again) drawn.current.clear();
    drawnSpan.current = span;
    const first = drawn.current.size === 0;
    const timer = setTimeout(() => {
      const now = latest.current;
      if (now === undefined) return;
      const { since, until, technicians } = now;
      const others = technicians.filter((one) => drawn.current.get(one.id) !== routeOf(one));
      if (others.length === 0) {
        setRoutes((before) => (before.waiting ? { ...before, waiting: false } : before));
        return;
      }
      const named = first || others.length > MOST_NAMED ? null : others.map((one) => one.id);
      const said = others.map((one) => [one.id, routeOf(one)] as const);
      ask<Drawing>("/api/v1/plans/today/routes", { since, until, technician: named }, controller.signal).then(
        (drawing) => {
          for (const [id, route] of said) drawn.current.set(id, route);
          setRoutes((before) => ({ legs: joined(again ? new Map() : before.legs, drawing, named), waiting: false, failed: null }));
        },
        (error: unknown) => {
          if (!controller.signal.aborted) setRoutes((before) => ({ ...before, waiting: false, failed: error }));
        },
      );
    }, first ? 0 : GATHER_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [span, wanted]);
  return routes;
}

/** The order in which somebody drives: as long as it is the same, so are their ways. */
function routeOf(person: Technician): string {
  return person.shifts.map((shift) => shift.stops.map((stop) => stop.visit).join(",")).join(";");
}

function routesWanted(technicians: readonly Technician[]): string {
  return technicians.map((one) => `${one.id}:${routeOf(one)}`).join("|");
}

function joined(before: ReadonlyMap<string, readonly Leg[]>, drawing: Drawing, named: readonly string[] | null): Map<string, readonly Leg[]> {
  const legs = named === null ? new Map<string, readonly Leg[]>() : new Map(before);
  for (const id of named ?? []) legs.delete(id);
  for (const [id, some] of legsOf(drawing)) legs.set(id, some);
  return legs;
}

/** Legs by technician; `shifts`: only these. */
export function legsOf(drawing: Drawing, shifts?: ReadonlySet<string>): Map<string, Leg[]> {
  const found = new Map<string, Leg[]>();
  for (const { technician, shift, legs } of drawing.routes) {
    if (shifts !== undefined && !shifts.has(shift)) continue;
    const own = found.get(technician) ?? [];
    legs.forEach(({ points, source }, index) => {
      const line = points.map((one) => [one[1] ?? 0, one[0] ?? 0] as const);
      own.push({ technician, shift, points: line, estimated: source.includes("estimate"), base: index === 0 || index === legs.length - 1 });
    });
    found.set(technician, own);
  }
  return found;
}
