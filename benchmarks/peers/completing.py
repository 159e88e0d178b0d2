"""From a peer's routes to a legal plan: repaired where they cannot be driven, completed where something is left out.

A peer that cannot say all of the problem answers with routes that are nearly right. To throw them away would say
nothing of the peer, so they are given the best that costs no search: in a route that cannot be driven the visits that
it is cheapest to do without are taken out, breaks are put where they cost least, and then every visit that is not
planned goes where it costs least, the dearest to leave out first. Both use this project's own model, the same for every
peer; what comes out is judged by the checker like any plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain import Geodesic, Matrix, Plan, Problem, Route, Stop, Travel, Visit
from optimizer.solve import solve


@dataclass(frozen=True, slots=True)
class Completed:
    """A legal plan: of how many visits a peer had planned ``own``, ``taken_out`` could not stay where they were, and
    ``put_in`` more are in the plan than those that stayed."""

    plan: Plan
    own: int
    taken_out: int
    put_in: int


def complete(problem: Problem, routes: Sequence[Sequence[int]]) -> Completed:
    """The plan that a peer's routes come to: for each shift of the problem visits, by index, in their order.

    Raises :class:`ValueError` where there are not as many routes as shifts, or a visit is on two of them.
    """
    if len(routes) != len(problem.shifts):
        raise ValueError(f"there are {len(routes)} routes for {len(problem.shifts)} shifts")
    planned = [visit for route in routes for visit in route]
    if len(set(planned)) < len(planned):
        twice = next(visit for visit in planned if planned.count(visit) > 1)
        raise ValueError(f"visit {problem.visits[twice].id!r} is planned more than once")
    drivable = [_Alone(problem, shift).repaired(list(route)) for shift, route in enumerate(routes)]
    stayed = sum(map(len, drivable))
    result = solve(problem, start=_plan(problem, drivable), iterations=0)
    done = len(problem.visits) - len(result.plan.unassigned)
    return Completed(result.plan, len(planned), len(planned) - stayed, done - stayed)


def _plan(problem: Problem, routes: Iterable[Sequence[int]]) -> Plan:
    """Routes without breaks: where these lie best is for the kernel to say."""
    named = zip(problem.shifts, routes, strict=True)
    return Plan(
        tuple(
            Route(who.id, shift.id, tuple(Stop(problem.visits[visit].id) for visit in route))
            for (who, shift), route in named
            if route
        )
    )


class _Alone:
    """One shift as if there were no other: what its route can bear does not depend on the rest of the plan."""

    def __init__(self, problem: Problem, shift: int) -> None:
        self._problem = problem
        self._who, self._shift = problem.shifts[shift]

    def repaired(self, route: list[int]) -> list[int]:
        """The route, without the visits that it is cheapest to do without until it can be driven."""
        route = [visit for visit in route if self._may(self._problem.visits[visit])]
        while route and self._cost(route) is None:
            route = self._without_one(route)
        return route

    def _may(self, visit: Visit) -> bool:
        skilled = all(self._who.skills.get(skill, 0) >= level for skill, level in visit.roles[0].skills.items())
        return skilled and self._who.id not in visit.never and (not visit.only or self._who.id in visit.only)

    def _without_one(self, route: list[int]) -> list[int]:
        """The route without one of its visits: one after which it can be driven, if there is any, the cheapest."""
        choices = []
        for place, visit in enumerate(route):
            rest = route[:place] + route[place + 1 :]
            cost, price = self._cost(rest) if rest else 0.0, self._problem.visits[visit].drop_cost
            choices.append((cost is None, price is None, (price or 0) + (cost or 0), place, rest))
        return min(choices)[-1]

    def _cost(self, route: Sequence[int]) -> float | None:
        """What the route costs with its breaks where they cost least; None where it cannot be driven."""
        alone = self._alone(route)
        order = list(range(len(route)))
        plan = solve(alone, start=_plan(alone, [order]), iterations=0)
        stays = [stop.visit for one in plan.plan.routes for stop in one.stops] == [visit.id for visit in alone.visits]
        return float(plan.scorecard.total) if stays and plan.feasible else None

    def _alone(self, route: Sequence[int]) -> Problem:
        """The problem of this shift and these visits, on the places that they need."""
        visits = [self._problem.visits[visit] for visit in route]
        ends = [self._shift.start_location]
        ends += [] if self._shift.end_location is None else [self._shift.end_location]
        places = list(dict.fromkeys([*ends, *(visit.location for visit in visits)]))
        number = {place: index for index, place in enumerate(places)}
        shift = replace(
            self._shift,
            start_location=number[self._shift.start_location],
            end_location=None if self._shift.end_location is None else number[self._shift.end_location],
        )
        profile = self._who.profile
        return Problem(
            locations=tuple(self._problem.locations[place] for place in places),
            travel={profile: _between(self._problem.travel[profile], places)},
            technicians=(replace(self._who, shifts=(shift,)),),
            visits=tuple(
                replace(visit, location=number[visit.location], only=(), never=(), preferred=()) for visit in visits
            ),
        )


def _between(travel: Travel, places: Sequence[int]) -> Travel:
    if isinstance(travel, Geodesic):
        return travel
    some = np.ix_(places, places)
    distances = None if travel.distances is None else np.ascontiguousarray(travel.distances[some])
    return Matrix(np.ascontiguousarray(travel.durations[some]), distances)
