"""Which routes hang together, and a plan without one of its visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from optimizer.domain import Plan, Problem, TakenBreak, Unassigned, Visit
from optimizer.explain.changes import visit_of
from optimizer.explain.gaps import break_gaps

ShiftKey = tuple[str, str]
"""(technician id, shift id)."""


def without(problem: Problem, plan: Plan, visit: str) -> Plan:
    """The plan without one visit; the breaks of its routes where they disturb least."""
    routes = []
    # Where others are waited for, a route does not run ahead because one visit less stands on it.
    waited = {
        stop.visit: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.start is not None
        and (len(visit_of(problem, stop.visit).roles) > 1 or visit_of(problem, stop.visit).after)
    }
    for route in plan.routes:
        if not any(stop.visit == visit for stop in route.stops):
            routes.append(route)
        elif stops := tuple(stop for stop in route.stops if stop.visit != visit):
            technician, shift = problem.shifts[problem.shift_index[route.technician, route.shift]]
            visits = [problem.visits[problem.visit_index[stop.visit]] for stop in stops]
            gaps = break_gaps(problem, technician, shift, visits, waited)
            breaks = tuple(TakenBreak(rest, gap) for rest, gap in gaps.items())
            routes.append(replace(route, stops=stops, breaks=breaks))
    left = tuple(one for one in plan.unassigned if one.visit != visit)
    return Plan(tuple(routes), (*left, Unassigned(visit)))


def together(problem: Problem, plan: Plan) -> Mapping[ShiftKey, frozenset[ShiftKey]]:
    """Shift → all shifts whose routes hang together with its own, by crews, by orders, by a balance of work."""
    on: dict[str, set[ShiftKey]] = defaultdict(set)
    for route in plan.routes:
        for stop in route.stops:
            on[stop.visit].add((route.technician, route.shift))
    groups: dict[ShiftKey, set[ShiftKey]] = {key: {key} for key in problem.shift_index}
    links = [
        keys.union(*(on.get(link.visit, set()) for link in visit_of(problem, visit).after))
        for visit, keys in on.items()
    ]
    if problem.balance is not None:
        links += [{(who.id, shift.id) for shift in who.shifts} for who in problem.technicians]
    for keys in links:
        merged = set().union(*(groups[key] for key in keys))
        for key in merged:
            groups[key] = merged
    return {key: frozenset(group) for key, group in groups.items()}


def _waits(visit: Visit) -> bool:
    """Whether others are waited for before it."""
    return len(visit.roles) > 1 or bool(visit.after)
