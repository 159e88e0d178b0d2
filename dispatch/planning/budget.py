"""A change budget: how much may be gained by touching at most so many visits.

Clusters of changes are taken or left (:mod:`dispatch.planning.clusters`), so the best choice is a knapsack: weights are
touched visits, few and whole, and it is solved exactly, for every budget up to the largest at once. Where what is
worth most touches too many visits, the problem is solved again with changes made dearer, until a plan turns up whose
changes come in smaller groups.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from dispatch.planning.clusters import Cluster, applied, clusters
from dispatch.planning.difference import TOLERANCE
from optimizer.domain import Plan, Previous, Problem
from optimizer.policy import DEFAULT, Policy

ENOUGH = Fraction(3, 4)
"""Nobody looks any further once so much of the unlimited gain is had within the budget."""
ROUNDS = 3
"""Times that the problem is solved again, changes four times as dear each time."""
_DEARER = 4

Worth = tuple[int, Fraction]


@dataclass(frozen=True, slots=True)
class Setting:
    """One place of the slider: touching at most ``touched`` visits gains so much, by these clusters."""

    touched: int
    mended: int
    gain: Fraction
    clusters: tuple[str, ...]

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        gain = round(float(self.gain), 4)
        return {"touched": self.touched, "mended": self.mended, "gain": gain, "clusters": list(self.clusters)}


def choose(found: Sequence[Cluster], budget: int) -> tuple[Cluster, ...]:
    """The clusters that are worth most together and touch at most ``budget`` visits. Exact."""
    best = _best(found, budget)[-1]
    return tuple(cluster for cluster in found if cluster.id in best)


def curve(found: Sequence[Cluster]) -> tuple[Setting, ...]:
    """The worth of each budget from nothing on; budgets that gain no more than a smaller one are left out."""
    by_id = {cluster.id: cluster for cluster in found}
    settings: list[Setting] = []
    for taken in _best(found, sum(cluster.touched for cluster in found)):
        chosen = [by_id[name] for name in taken]
        setting = Setting(
            touched=sum(one.touched for one in chosen),
            mended=sum(one.mended for one in chosen),
            gain=sum((one.gain for one in chosen), Fraction(0)),
            clusters=tuple(cluster.id for cluster in found if cluster.id in taken),
        )
        if not settings or (setting.mended, setting.gain) > (settings[-1].mended, settings[-1].gain):
            settings.append(setting)
    return tuple(settings)


def _best(found: Sequence[Cluster], budget: int) -> list[tuple[str, ...]]:
    """For each budget from 0 to ``budget`` the ids of the best choice; nothing beyond the budget that pays for all."""
    worthy = [cluster for cluster in found if cluster.worth > (0, Fraction(0))]
    most = min(budget, sum(cluster.touched for cluster in worthy))
    # Gains as whole numbers of their common denominator: as exact as fractions, and many times as fast.
    unit = math.lcm(*(cluster.gain.denominator for cluster in worthy))
    nothing: tuple[tuple[int, int], tuple[str, ...]] = ((0, 0), ())
    best = [nothing] * (most + 1)
    for cluster in worthy:
        gain = int(cluster.gain * unit)
        for room in range(most, cluster.touched - 1, -1):
            worth, taken = best[room - cluster.touched]
            with_it = (worth[0] + cluster.mended, worth[1] + gain)
            if with_it > best[room][0]:
                best[room] = with_it, (*taken, cluster.id)
    return [taken for _, taken in best]


Resolve = Callable[[Problem, Plan], Plan]
"""Solves a problem from a given plan on; the answer names the problem's visits and shifts."""


def within(
    problem: Problem,
    before: Plan,
    found: Plan,
    budget: int,
    resolve: Resolve,
    policy: Policy = DEFAULT,
    *,
    tolerance: int = TOLERANCE,
) -> Plan:
    """The best plan known that touches at most ``budget`` visits of ``before``; ``found`` touches any number.

    ``resolve`` is asked at most :data:`ROUNDS` times, and only while the budget leaves much of the gain on the table.
    """
    groups = clusters(problem, before, found, policy, tolerance=tolerance)
    unlimited = choose(groups, sum(one.touched for one in groups))
    chosen = choose(groups, budget)
    best, best_worth, aim = applied(problem, before, found, chosen), _worth(chosen), _worth(unlimited)
    touched = max(1, sum(one.touched for one in unlimited))
    dearer = max(aim[1] / touched, Fraction(1))
    for _ in range(ROUNDS):
        if best_worth[0] >= aim[0] and best_worth[1] >= ENOUGH * aim[1]:
            break
        calmer = resolve(with_dear_changes(problem, before, float(dearer), tolerance), best)
        groups = clusters(problem, before, calmer, policy, tolerance=tolerance)
        chosen = choose(groups, budget)
        if _worth(chosen) > best_worth:
            best, best_worth = applied(problem, before, calmer, chosen), _worth(chosen)
        dearer *= _DEARER
    return best


def worthwhile(
    problem: Problem,
    before: Plan,
    found: Plan,
    least_gain: float,
    policy: Policy = DEFAULT,
    *,
    tolerance: int = TOLERANCE,
) -> Plan:
    """``found`` without the changes that are not worth bothering anybody, see :meth:`Cluster.pays`."""
    groups = clusters(problem, before, found, policy, tolerance=tolerance)
    paying = [one for one in groups if one.pays(least_gain)]
    return found if len(paying) == len(groups) else applied(problem, before, found, paying)


def with_dear_changes(problem: Problem, before: Plan, price: float, tolerance: int = TOLERANCE) -> Problem:
    """The problem in which giving a visit of ``before`` to somebody else costs ``price`` more, and so does starting it
    later by the tolerance. (The model has no price for starting earlier.)
    """
    stands: dict[str, Previous] = {}
    for route in before.routes:
        for stop in route.stops:
            if stop.role == 0:
                stands[stop.visit] = Previous(route.technician, stop.start)
    visits = tuple(
        replace(
            visit,
            previous=stands[visit.id],
            reassign_cost=visit.reassign_cost + price,
            cost_per_hour_later=visit.cost_per_hour_later + price * 3600 / max(tolerance, 60),
        )
        if visit.id in stands
        else visit
        for visit in problem.visits
    )
    return replace(problem, visits=visits)


def _worth(chosen: Sequence[Cluster]) -> Worth:
    return sum(one.mended for one in chosen), sum((one.gain for one in chosen), Fraction(0))
