"""Groups of changes that can be approved one by one: what is in one group has no bearing on what is in another.

Two routes hang together where a visit moves from one to the other, where they share a crew, or where a visit on one
comes after a visit on the other; with a balance of work, all routes of a technician hang together as well. Routes that
hang together change together or not at all. So whichever groups are taken, each route stands in company of just those
that it stood with in one of the two plans: the result breaks nothing that neither of them breaks, and what each group
gains adds up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from dispatch.planning.difference import TOLERANCE, Kind, VisitChange, visit_changes
from optimizer.domain import Plan, Problem, Route
from optimizer.money import exact
from optimizer.policy import DEFAULT, Policy
from optimizer.rules.base import Level, Match
from optimizer.scoring import Scorecard, score, timed

ShiftKey = tuple[str, str]
"""(technician id, shift id)."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Changes that stand or fall together.

    ``shifts`` are the routes that change, ``visits`` those whose place changes. ``gain`` is exactly what taking it
    saves under the policy; ``mended`` how many broken musts fewer there are then. ``touched`` counts visits that
    somebody notices who knew the plan before, ``new`` those that get a place.
    """

    id: str
    shifts: tuple[ShiftKey, ...]
    visits: tuple[str, ...]
    gain: Fraction
    mended: int
    touched: int
    new: int

    @property
    def worth(self) -> tuple[int, Fraction]:
        """What it is good for: musts that hold again before money."""
        return self.mended, self.gain

    def pays(self, least_gain: float) -> bool:
        """Whether it is worth bothering anybody: it mends something, gives a visit a place, or saves at least
        ``least_gain`` for each visit that it touches (and once, where it touches none).
        """
        if self.mended:
            return self.mended > 0
        return self.gain > 0 and (self.new > 0 or self.gain >= exact(least_gain) * max(self.touched, 1))

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "shifts": [list(key) for key in self.shifts],
            "visits": list(self.visits),
            "gain": round(float(self.gain), 4),
            "mended": self.mended,
            "touched": self.touched,
            "new": self.new,
        }


def clusters(
    problem: Problem,
    before: Plan,
    after: Plan,
    policy: Policy = DEFAULT,
    *,
    tolerance: int = TOLERANCE,
    cards: tuple[Scorecard, Scorecard] | None = None,
) -> tuple[Cluster, ...]:
    """The independent groups of changes from ``before`` to ``after``, the worthiest first."""
    old, new = cards or (score(problem, before, policy), score(problem, after, policy))
    routes = _routes(before), _routes(after)
    changed = [key for key in problem.shift_index if _decisions(routes[0].get(key)) != _decisions(routes[1].get(key))]
    if not changed:
        return ()
    together = _coupled(problem, routes, changed)
    gain: dict[Hashable, Fraction] = defaultdict(Fraction)
    mended: dict[Hashable, int] = defaultdict(int)
    for card, sign in ((old, 1), (new, -1)):
        for line in card.lines:
            for match in line.matches:
                group = together.of_match(match)
                if line.rule.level is Level.HARD:
                    mended[group] += sign * int(match.amount)
                else:
                    gain[group] += sign * Fraction(match.amount) * exact(line.weight)
    visits: dict[Hashable, list[VisitChange]] = defaultdict(list)
    for change in visit_changes(problem, old, new, tolerance):
        visits[together.of_visit(change.visit)].append(change)
    shifts: dict[Hashable, list[ShiftKey]] = defaultdict(list)
    for key in changed:
        shifts[together.of_shift(key)].append(key)
    found = [
        Cluster(
            id="",
            shifts=tuple(keys),
            visits=tuple(change.visit for change in visits[group]),
            gain=gain[group],
            mended=mended[group],
            touched=sum(change.touches for change in visits[group]),
            new=sum(change.kind is Kind.ASSIGNED for change in visits[group]),
        )
        for group, keys in shifts.items()
    ]
    found.sort(key=lambda one: one.worth, reverse=True)
    return tuple(replace(one, id=f"c{number}") for number, one in enumerate(found, 1))


def applied(problem: Problem, before: Plan, after: Plan, chosen: Iterable[Cluster]) -> Plan:
    """``before`` with the routes of the chosen clusters as ``after`` has them; timed, without a cost."""
    taken = {key for cluster in chosen for key in cluster.shifts}
    old, new = _routes(before), _routes(after)
    routes = [(new if key in taken else old).get(key) for key in problem.shift_index]
    reasons = {left.visit: left for plan in (before, after) for left in plan.unassigned}
    made = Plan(tuple(route for route in routes if route is not None and route.stops), tuple(reasons.values()))
    return timed(problem, made)


def _routes(plan: Plan) -> dict[ShiftKey, Route]:
    return {(route.technician, route.shift): route for route in plan.routes}


def _decisions(route: Route | None) -> object:
    """What a plan decides about a shift."""
    if route is None or not route.stops:
        return None
    stops = tuple((stop.visit, stop.role) for stop in route.stops)
    return stops, frozenset((rest.break_id, rest.gap) for rest in route.breaks)


class _Together:
    """Which shifts hang together: disjoint sets, and what stands on them in either plan."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}
        self.shifts_of: dict[str, set[ShiftKey]] = defaultdict(set)
        self.shifts_of_technician: dict[str, list[ShiftKey]] = defaultdict(list)

    def root(self, one: Hashable) -> Hashable:
        while (parent := self._parent.get(one, one)) != one:
            self._parent[one] = self._parent.get(parent, parent)
            one = parent
        return one

    def unite(self, several: Iterable[Hashable]) -> None:
        first, *others = [self.root(one) for one in several] or [None]
        for other in others:
            self._parent[other] = first

    def of_shift(self, key: ShiftKey) -> Hashable:
        return self.root(key)

    def of_visit(self, visit: str) -> Hashable:
        """None for a visit that has no place in either plan."""
        return next((self.root(key) for key in self.shifts_of.get(visit, ())), None)

    def of_match(self, match: Match) -> Hashable:
        if match.visit is not None:
            return self.of_visit(match.visit)
        if match.technician is not None and match.shift is not None:
            return self.root((match.technician, match.shift))
        if match.technician is not None:
            return next((self.root(key) for key in self.shifts_of_technician[match.technician]), None)
        return None


def _coupled(
    problem: Problem, routes: tuple[Mapping[ShiftKey, Route], Mapping[ShiftKey, Route]], changed: list[ShiftKey]
) -> _Together:
    together = _Together()
    for either in routes:
        for key, route in either.items():
            for stop in route.stops:
                together.shifts_of[stop.visit].add(key)
    for visit in problem.visits:
        linked = [*together.shifts_of.get(visit.id, ())]
        for link in visit.after if linked else ():
            linked += together.shifts_of.get(link.visit, ())
        together.unite(linked)
    if problem.balance is not None:
        for key in changed:
            together.shifts_of_technician[key[0]].append(key)
        active = {together.root(key) for key in changed}
        for key in problem.shift_index:
            if together.root(key) in active:
                together.shifts_of_technician[key[0]].append(key)
        for keys in together.shifts_of_technician.values():
            together.unite(keys)
    return together
