"""A plan from routes whose order is given: where somebody has said who does what in which order, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.planning.clusters import ShiftKey
from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak
from optimizer.explain.gaps import break_gaps
from optimizer.timeline import walk

Stops = tuple[tuple[str, int], ...]
"""(visit, role) in order."""


def in_order(problem: Problem, routes: Mapping[ShiftKey, Stops]) -> Plan:
    """These routes with their breaks where they disturb least. Nothing is timed or judged here.

    Crews and visits that come after others wait; for how long is known only once all routes are walked, and a break may
    fit into a wait. So the breaks of such routes are laid twice.
    """
    plan = _laid(problem, routes, {})
    schedule = walk(problem, plan)
    waiting = {
        visit: schedule.starts[visit]
        for visit, stops in schedule.stops_of.items()
        if len(stops) > 1 or problem.visits[problem.visit_index[visit]].after
    }
    return _laid(problem, routes, waiting) if waiting and schedule.settled else plan


def _laid(problem: Problem, routes: Mapping[ShiftKey, Stops], floors: Mapping[str, int]) -> Plan:
    made = []
    for key, stops in routes.items():
        technician, shift = problem.shifts[problem.shift_index[key]]
        visits = [problem.visits[problem.visit_index[visit]] for visit, _ in stops]
        gaps = break_gaps(problem, technician, shift, visits, floors) if visits else {}
        breaks = tuple(TakenBreak(name, gap) for name, gap in gaps.items())
        made.append(Route(*key, tuple(Stop(visit, role) for visit, role in stops), breaks))
    return Plan(tuple(route for route in made if route.stops))
