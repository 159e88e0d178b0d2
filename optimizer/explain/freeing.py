"""What would give a visit a place: each way is really tried before it is told.

For each, the problem is made in which just that is different, the visit is put at its best place there, and the whole
plan is timed and judged by every rule. What breaks a must that held is not told; what is told has its price by rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import floor

from optimizer.domain import Plan, Problem
from optimizer.explain.changes import (
    DAY,
    AlsoNamed,
    Change,
    EarlierWindow,
    HigherDropCost,
    LaterWindow,
    LessSkill,
    MoreOnBoard,
    NotExcluded,
    OtherDay,
    Uncommitted,
    changed,
    merged,
    thing,
    visit_of,
    with_shift,
)
from optimizer.explain.misses import newly_broken
from optimizer.explain.places import Placement, Places
from optimizer.explain.repairs import pains, repairs
from optimizer.explain.survey import Survey
from optimizer.explain.together import ShiftKey, without
from optimizer.explain.ways import Way
from optimizer.money import exact
from optimizer.policy import Policy
from optimizer.scoring import Scorecard, score, timed

EACH = 2
"""So many ways at most of the same kind are tried,"""
MOST = 16
"""so many in all,"""
AGAIN = 2
"""each so many times more, with more of the same, where it does not quite reach."""
FARTHEST = 4 * 3600
"""No time is changed by more seconds than this."""
DAYS = 7
"""So many days before and after are tried, and"""
GIVING = 6
"""so many visits that could give way."""
PARTS = 4
"""A way in which more things than this have to be different is none."""


_ITS_OWN = (LaterWindow, EarlierWindow, OtherDay, LessSkill, AlsoNamed, NotExcluded)
"""Changes of the visit alone, of which no route that it is not on knows anything."""


@dataclass(frozen=True, slots=True)
class GivesWay:
    """Another visit that goes to somebody else, or to nobody (no ``technicians``), so that there is a place."""

    visit: str
    technicians: tuple[str, ...] = ()
    start: int | None = None


@dataclass(frozen=True)
class Freeing:
    """One way in which a visit has a place, tried.

    ``changes`` are what has to be different, ``gives_way`` who has to go elsewhere; neither: there is a place as things
    are. ``change`` is what the plan costs more then, ``by_rule`` where that comes from. ``problem`` and ``decided``
    are what was judged: no must is broken there that held before.
    """

    visit: str
    changes: tuple[Change, ...]
    gives_way: tuple[GivesWay, ...]
    technicians: tuple[str, ...]
    shifts: tuple[str, ...]
    start: int
    end: int
    change: Fraction
    by_rule: Mapping[str, Fraction]
    problem: Problem = field(repr=False)
    decided: Plan = field(repr=False)

    @cached_property
    def plan(self) -> Plan:
        """The plan that was judged, with its times and its cost, as others can check them."""
        return replace(timed(self.problem, self.decided), cost=score(self.problem, self.decided).cost)

    @property
    def parts(self) -> int:
        """How many things have to be different."""
        return len(self.changes) + len(self.gives_way)


class Freer:
    """Looks for ways to give one visit a place in one plan. ``technicians``: with these only; None: with anybody."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        visit: str,
        policy: Policy,
        survey: Survey,
        *,
        technicians: Collection[str] | None,
        step: int,
    ) -> None:
        self.problem, self.plan, self.policy, self.survey, self.step = problem, plan, policy, survey, step
        self.visit, self.allowed = visit_of(problem, visit), technicians
        self.card = score(problem, plan, policy)

    def all(self) -> tuple[Freeing, ...]:
        """Everything that was found to be so: what needs the fewest changes first, then the cheapest."""
        found = [*self._as_it_is(), *self._changed(), *self._other_days(), *self._uncommitted(), *self._giving_way()]
        found.sort(key=lambda one: (one.parts, one.change, pains(one.changes)))
        least = found[0].parts if found else 0
        told: list[Freeing] = []
        for one in found:
            if one.parts <= min(least + 1, PARTS) and not any(_no_better(one, other) for other in told):
                told.append(one)
        return tuple(told)

    def _as_it_is(self) -> Iterator[Freeing]:
        """Where something fits: it pays already, or would if leaving the visit out cost more."""
        best = next((one for one in self.survey.best if one.fits), None)
        if best is None:
            return
        drop, stands = self.visit.drop_cost, self.visit.id in self.card.schedule.starts
        if best.cost < 0 or drop is None or stands:
            yield from self._judged(self.problem, self.plan, best, ())
        elif weight := exact(self.policy.weight("unassigned")):
            enough = exact(drop) + best.cost / weight
            cents = floor(enough * 100) + 1  # more than enough, so that leaving it out is dearer
            change = HigherDropCost(self.visit.id, cents / 100, drop)
            dearer = change.on(self.problem)
            left_out = score(dearer, self.plan, self.policy).total
            for one in self._judged(dearer, self.plan, best, (change,)):
                if score(dearer, one.decided, self.policy).total < left_out:
                    yield one

    def _changed(self) -> Iterator[Freeing]:
        """Where a rule is in the way: what makes up for it."""
        tried = [
            (changes, near)
            for near in self.survey.near
            if not self.survey.fits_on(near)
            for changes in repairs(near, self.step)
        ]
        tried.sort(key=lambda one: (len(one[0]), pains(one[0])))
        kinds: dict[tuple[str, ...], int] = {}
        seen: set[tuple[Change, ...]] = set()
        for changes, near in tried:
            kind = tuple(one.kind for one in changes)
            if changes in seen or kinds.get(kind, 0) >= EACH:
                continue
            if len(seen) >= MOST:
                return
            seen.add(changes)
            for one in self._with(changes, near):
                kinds[kind] = kinds.get(kind, 0) + 1
                yield one

    def _with(self, changes: tuple[Change, ...], near: Placement) -> Iterator[Freeing]:
        """The visit at its best place with these changes, with some more of the same, or with fewer of them."""
        for _ in range(1 + AGAIN):
            if any(getattr(one, "by", 0) > FARTHEST for one in changes if not isinstance(one, MoreOnBoard)):
                return
            problem, places = self._differently(changes)
            fitting = self._fitting(places, changes, near)
            if fitting:
                break
            more = next(repairs(places.placement(near.places), self.step), ())
            if not more:
                return
            changes = merged([*changes, *more])
        else:
            return
        tried: set[tuple[Change, ...]] = set()
        while fewer := next((way for way in _all_but_one(changes) if way not in tried), None):
            tried.add(fewer)
            without_it, places = self._differently(fewer)
            if enough := self._fitting(places, fewer, near):
                changes, problem, fitting = fewer, without_it, enough
        yield from self._judged(problem, self.plan, fitting[0], changes)

    def _differently(self, changes: tuple[Change, ...]) -> tuple[Problem, Places]:
        problem = changed(self.problem, changes)
        if all(isinstance(one, _ITS_OWN) and one.visit == self.visit.id for one in changes):
            return problem, self.survey.places.asking(problem)
        return problem, Places(problem, self.plan, visit_of(problem, self.visit.id), self.policy)

    def _fitting(self, places: Places, changes: tuple[Change, ...], near: Placement) -> list[Placement]:
        """What fits then: with anybody where only the visit is different, else with those who are concerned."""
        own = all(getattr(one, "visit", None) == self.visit.id for one in changes)
        return places.fitting(self.allowed if own else near.technicians)

    def _other_days(self) -> Iterator[Freeing]:
        """On the next day that is planned and has a place for it, and on the last one before."""
        if not self.visit.windows or not self.problem.shifts:
            return
        opens, closes = self.visit.windows[0].earliest, self.visit.windows[-1].latest
        last = max(shift.end + shift.max_overtime for _, shift in self.problem.shifts)
        first = min(shift.start for _, shift in self.problem.shifts)
        later, earlier = range(1, (last - opens) // DAY + 1), range(-1, -((closes - first) // DAY) - 1, -1)
        for days in (later, earlier):
            for number in list(days)[:DAYS]:
                change = OtherDay(self.visit.id, number)
                problem, places = self._differently((change,))
                if fitting := places.fitting(self.allowed):
                    yield from self._judged(problem, self.plan, fitting[0], (change,))
                    break

    def _uncommitted(self) -> Iterator[Freeing]:
        """Where what is committed need not all come first."""
        if len(self.visit.roles) > 1:
            return
        found = []
        for technician, shift in self.problem.shifts:
            key = technician.id, shift.id
            if not shift.committed or key not in self.survey.keys or self.survey.fits_at(key):
                continue
            free = with_shift(self.problem, *key, committed=())
            places = Places(free, self.plan, self.visit, self.policy)
            first = [one for one in places.on(key) if one.places[0][1] < len(shift.committed)]
            if first:
                position = max(one.places[0][1] for one in first)
                change = Uncommitted(*key, shift.committed[position:])
                found += list(self._with((change,), first[0]))
        yield from sorted(found, key=lambda one: one.change)[:EACH]

    # -- others give way -------------------------------------------------------------------------------------------

    def _giving_way(self) -> Iterator[Freeing]:
        """Where another visit goes to somebody else, or is left out: the cheapest of each that is found."""
        if len(self.visit.roles) > 1 or self.visit.id in self.card.schedule.starts:
            return
        moved, dropped = [], []
        for key, other in self._others():
            rest = without(self.problem, self.plan, other)
            places = Places(self.problem, rest, self.visit, self.policy)
            for mine in places.fitting([key[0]])[:1]:
                put = _with_placement(self.problem, rest, mine)
                elsewhere = Places(self.problem, put, visit_of(self.problem, other), self.policy).fitting()
                dropped += list(self._judged(self.problem, rest, mine, (), (GivesWay(other),)))
                for theirs in elsewhere[:1]:
                    gone = GivesWay(other, theirs.technicians, theirs.start)
                    both = _with_placement(self.problem, put, theirs)
                    moved += list(self._told(self.problem, both, mine, (), (gone,)))
        for found in (moved, dropped):
            yield from sorted(found, key=lambda one: one.change)[:1]

    def _others(self) -> list[tuple[ShiftKey, str]]:
        """Visits in whose absence this one could be in time, those first that are cheap to leave out and long."""
        waited_for = {link.visit for visit in self.problem.visits for link in visit.after}
        found = []
        for route in self.plan.routes:
            key = route.technician, route.shift
            technician, shift = self.problem.shifts[self.problem.shift_index[key]]
            if key not in self.survey.keys or self.survey.fits_at(key) or not self.survey.may(technician):
                continue
            stops = [visit_of(self.problem, stop.visit) for stop in route.stops]
            for number, other in enumerate(stops):
                if (
                    number < len(shift.committed)
                    or other.drop_cost is None
                    or len(other.roles) > 1
                    or other.after
                    or other.id in waited_for
                ):
                    continue
                left = [*stops[:number], *stops[number + 1 :]]
                way = Way(self.problem, technician, shift, left, self.visit)
                if any(self._in_time(way, position) for position in range(len(shift.committed), len(left) + 1)):
                    found.append((other.drop_cost, -other.duration, key, other.id))
        return [(key, other) for _, _, key, other in sorted(found)[:GIVING]]

    def _in_time(self, way: Way, position: int) -> bool:
        start = way.opens(position, self.visit.windows)
        return start is not None and way.stays_in_time(position, start)

    # -- judging ---------------------------------------------------------------------------------------------------

    def _judged(
        self,
        problem: Problem,
        plan: Plan,
        at: Placement,
        changes: tuple[Change, ...],
        gives_way: tuple[GivesWay, ...] = (),
    ) -> Iterator[Freeing]:
        yield from self._told(problem, _with_placement(problem, plan, at), at, changes, gives_way)

    def _told(
        self,
        problem: Problem,
        plan: Plan,
        at: Placement,
        changes: tuple[Change, ...],
        gives_way: tuple[GivesWay, ...],
    ) -> Iterator[Freeing]:
        """The freeing, if every must holds that held before, and the visit is done.

        Where the visit has a place already, only what makes that cheaper is worth telling.
        """
        card = score(problem, plan, self.policy)
        if self.visit.id not in card.schedule.starts or not card.schedule.settled or newly_broken(card, self.card):
            return
        price = [one.cost for one in self.survey.best if one.fits]
        needed = gives_way or any(not isinstance(one, HigherDropCost) for one in changes)
        if needed and price and card.total - self.card.total >= min(price):
            return
        yield Freeing(
            visit=self.visit.id,
            changes=changes,
            gives_way=gives_way,
            technicians=at.technicians,
            shifts=tuple(key[1] for key, _ in at.places),
            start=card.schedule.starts[self.visit.id],
            end=card.schedule.ends[self.visit.id],
            change=card.total - self.card.total,
            by_rule=_differences(self.card, card),
            problem=problem,
            decided=plan,
        )


def _all_but_one(changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    """All changes but each one of them in turn, where some are left then."""
    for one in changes if len(changes) > 1 else ():
        yield tuple(other for other in changes if other != one)


def _no_better(one: Freeing, than: Freeing) -> bool:
    """Whether another asks for no more of the same, and costs no more."""
    things = [{thing(change): getattr(change, "by", 0) for change in each.changes} for each in (one, than)]
    same = things[0].keys() == things[1].keys() and one.gives_way == than.gives_way
    return same and than.change <= one.change and all(things[1][key] <= by for key, by in things[0].items())


def _with_placement(problem: Problem, plan: Plan, placement: Placement) -> Plan:
    """The plan with the visit where the placement puts it; neither timed nor judged."""
    bare = without(problem, plan, placement.visit)
    routes = {(route.technician, route.shift): route for route in bare.routes} | dict(placement.routes)
    left = tuple(one for one in bare.unassigned if one.visit != placement.visit)
    return Plan(tuple(routes[key] for key in problem.shift_index if key in routes), left)


def _differences(before: Scorecard, after: Scorecard) -> Mapping[str, Fraction]:
    """Rule → what it costs more, where it costs more or less."""
    pairs = zip(before.lines, after.lines, strict=True)
    return {new.rule.id: new.cost - old.cost for old, new in pairs if new.cost != old.cost}
