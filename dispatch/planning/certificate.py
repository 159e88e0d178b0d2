"""What can be said of how good a plan is: a cost that no plan of the problem is below, and how it was searched for.

The bound takes every visit by itself. Whoever does it has to come from somewhere: from where their shift starts, or
from another visit. So the shortest such leg, at that person's price, is part of any plan that does the visit, whatever
the order; so is the lateness of starting when that leg and the shift allow it at the soonest; so is what preference and
stability cost with that person. A visit costs at least the cheapest of these over all who may do it, or what leaving it
out costs. No leg, promise, preference or visit is counted twice, every other term of the cost is never below zero, and
so the sum over the visits is never above the cost of any plan that holds. Where a crew goes only its travel is counted,
role by role, and its lateness with the soonest of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.distance import EARTH_RADIUS_M
from optimizer.domain import Geodesic, Location, Problem, Promise, Technician, Visit
from optimizer.policy import DEFAULT, Policy

Floats = NDArray[np.float64]
_HOUR = 3600.0
_SAFETY = 1e-6
"""By so much of itself, and so many units of money, the bound is lowered: more than sums of floats can be wrong."""


def lower_bound(problem: Problem, policy: Policy = DEFAULT) -> float:
    """A cost under the policy that no plan without a broken must is below. Source: this module's text."""
    if not problem.visits:
        return 0.0
    bound = _Bound(problem, policy)
    total = sum(bound.of(number, visit) for number, visit in enumerate(problem.visits))
    return max(0.0, total * (1 - _SAFETY) - _SAFETY)


def certificate(run: Mapping[str, Any] | None, scorecard: Mapping[str, Any], bound: float | None) -> dict[str, Any]:
    """How a plan came about and how far it is from the bound at most; ``run`` None: no run made it.

    ``gap``: the share of the cost that could be saved at most; None without a bound, or with a broken must.
    """
    total = float(scorecard.get("total", 0.0))
    known = bound is not None and not scorecard.get("broken")
    gap = max(0.0, (total - bound) / total) if known and bound is not None and total > 0 else None
    told = {"seed": None, "policy": None, "seconds": None, "iterations": None, "edition": None, **(run or {})}
    return {**told, "bound": None if bound is None else round(bound, 2), "gap": None if gap is None else round(gap, 4)}


class _Bound:
    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem, self.weights = problem, policy
        self.visits = problem.visits
        self.at = np.array([visit.location for visit in self.visits])
        self.earliest = np.array([visit.windows[0].earliest if visit.windows else -inf for visit in self.visits])
        self.ways = {profile: self._from_others(profile) for profile in {who.profile for who in problem.technicians}}
        self.people = [(who, *self._person(who)) for who in problem.technicians if who.shifts]

    def of(self, number: int, visit: Visit) -> float:
        """The least that a visit costs in any plan."""
        alone = len(visit.roles) == 1
        done, soonest = 0.0, inf
        for role in visit.roles:
            least = inf
            for who, travel, starts in self.people:
                if who.id in visit.never or (visit.only and who.id not in visit.only):
                    continue
                if any(who.skills.get(skill, 0) < level for skill, level in role.skills.items()):
                    continue
                soonest = min(soonest, float(starts[number]))
                own = self._alone(visit, who, float(starts[number])) if alone else 0.0
                least = min(least, float(travel[number]) + own)
            done += least
        if not alone and done < inf:
            done += self._late(visit, soonest, soonest + visit.duration * min(who.pace for who, *_ in self.people))
        left = inf if visit.drop_cost is None else self._left(visit)
        cheapest = min(done, left)
        return 0.0 if cheapest == inf else cheapest

    def _left(self, visit: Visit) -> float:
        stability = visit.reassign_cost if visit.previous is not None else 0.0
        left = visit.drop_cost or 0.0
        return self.weights.weight("unassigned") * left + self.weights.weight("stability") * stability

    def _alone(self, visit: Visit, who: Technician, start: float) -> float:
        """What it costs that just this person does the visit, and cannot start sooner."""
        cost = self._late(visit, start, start + visit.duration * who.pace)
        if visit.preferred and who.id not in visit.preferred:
            cost += self.weights.weight("preference") * visit.preference_cost
        if (was := visit.previous) is not None:
            later = 0.0 if was.start is None else max(0.0, start - was.start)
            moved = visit.reassign_cost if who.id != was.technician else 0.0
            cost += self.weights.weight("stability") * (moved + later / _HOUR * visit.cost_per_hour_later)
        return cost

    def _late(self, visit: Visit, start: float, end: float) -> float:
        amount = _missed(visit.arrive_by, start) + _missed(visit.complete_by, end - 1)  # durations are rounded
        return self.weights.weight("lateness") * amount

    def _person(self, who: Technician) -> tuple[Floats, Floats]:
        """What the way to each visit costs somebody at least, and how soon they could start there."""
        seconds, metres = self.ways[who.profile]
        begins = np.full(len(self.visits), inf)
        for shift in who.shifts:
            own_seconds, own_metres = self._between(who.profile, np.array([shift.start_location]))
            here = np.minimum(seconds, own_seconds[0])
            begins = np.minimum(begins, shift.start + here)
            seconds, metres = here, np.minimum(metres, own_metres[0])
        price = seconds / _HOUR * who.costs.per_travel_hour + metres / 1000 * who.costs.per_km
        # The legs of an earlier shift only make it sooner, which is safe.
        return self.weights.weight("travel") * price, np.maximum(begins, self.earliest)

    def _from_others(self, profile: str) -> tuple[Floats, Floats]:
        """The shortest way to each visit from any other one: seconds and metres."""
        seconds, metres = self._between(profile, self.at)
        np.fill_diagonal(seconds, inf)
        np.fill_diagonal(metres, inf)
        return seconds.min(axis=0), metres.min(axis=0)

    def _between(self, profile: str, places: NDArray[np.int_]) -> tuple[Floats, Floats]:
        """From each of these places to each visit, at least: seconds and metres."""
        travel = self.problem.travel[profile]
        if isinstance(travel, Geodesic):
            metres = _great_circle(self.problem.locations, places, self.at) * travel.detour_factor
            seconds = metres / (travel.speed_kmh / 3.6)
            # Both are rounded where they are driven.
            return np.maximum(0.0, seconds - 1), np.maximum(0.0, metres - 1)
        grid = np.ix_(places, self.at)
        far = np.zeros(travel.durations.shape) if travel.distances is None else travel.distances
        return travel.durations[grid].astype(np.float64), far[grid].astype(np.float64)


def _missed(promise: Promise | None, at: float) -> float:
    if promise is None or at <= promise.at or at == inf:
        return 0.0
    return promise.breach_cost + (at - promise.at) / _HOUR * promise.cost_per_hour_late


def _great_circle(places: tuple[Location, ...], start: NDArray[np.int_], end: NDArray[np.int_]) -> Floats:
    """Metres along great circles by the haversine formula, from each to each."""
    lat = np.radians([place.lat for place in places])
    lon = np.radians([place.lon for place in places])
    north, east = lat[end][None, :] - lat[start][:, None], lon[end][None, :] - lon[start][:, None]
    h = np.sin(north / 2) ** 2 + np.cos(lat[start])[:, None] * np.cos(lat[end])[None, :] * np.sin(east / 2) ** 2
    found: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return found
