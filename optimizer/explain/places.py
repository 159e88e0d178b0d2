"""Where a visit could stand in a plan: every place is put together, and timed and judged with all that it touches.

A place changes the routes that it stands on and those that hang together with them by crews and orders; only these are
timed and scored again, on a problem that holds nothing else. The difference in what they cost is the price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak, TimeWindow, Visit
from optimizer.explain.changes import visit_of, with_visit
from optimizer.explain.gaps import break_gaps
from optimizer.explain.misses import Miss, breaches, misses
from optimizer.explain.together import ShiftKey, together, without
from optimizer.explain.ways import Way
from optimizer.policy import Policy
from optimizer.rules.base import Match
from optimizer.scoring import Scorecard, score

Where = tuple[tuple[ShiftKey, int], ...]
"""For each role a shift and a position."""
MOST_CREWS = 24
"""So many crews at most are tried for a visit that needs several people,"""
_MEMBERS = 8
"""of so many candidates for each role."""


@dataclass(frozen=True)
class Placement:
    """One place for a visit: where each role stands (shift and position), when, and what it changes in the cost.

    ``cost`` is exact under the policy asked with, and includes what is saved by no longer leaving the visit out.
    ``breaches``: the musts that it breaks and that held before; none: it fits. ``delays``: visits that others know,
    with the seconds by which they start later (or earlier, below zero). ``cards``: what the routes it stands on and
    leaves cost before and after, on the problem of just these, which is ``part``.
    """

    visit: str
    places: Where
    arrival: int
    start: int
    end: int
    cost: Fraction
    breaches: tuple[Match, ...]
    delays: Mapping[str, int]
    routes: Mapping[ShiftKey, Route] = field(repr=False)
    cards: tuple[Scorecard, Scorecard] = field(repr=False, compare=False)
    part: Problem = field(repr=False, compare=False)

    @property
    def by_rule(self) -> Mapping[str, Fraction]:
        """Rule → what it costs more: money, or broken places of a must."""
        before, after = self.cards
        return {new.rule.id: new.cost - old.cost for old, new in zip(before.lines, after.lines, strict=True)}

    @property
    def fits(self) -> bool:
        """Whether it breaks nothing."""
        return not self.breaches

    @property
    def broken(self) -> tuple[str, ...]:
        """The musts that it breaks, in sentences."""
        return tuple(dict.fromkeys(one.because[:1].upper() + one.because[1:] + "." for one in self.breaches))

    @property
    def misses(self) -> tuple[Miss, ...]:
        """The musts that it breaks, and by how much."""
        return misses(self.part, self.cards[1], self.breaches)

    @property
    def technicians(self) -> tuple[str, ...]:
        """Who would do it, role by role."""
        return tuple(key[0] for key, _ in self.places)


def rank(one: Placement) -> tuple[int, Fraction, int, Where]:
    """What fits comes first, then what breaks least, then the cheapest."""
    return len(one.broken), one.cost, one.start, one.places


class Places:
    """All placements of one visit in one plan."""

    def __init__(self, problem: Problem, plan: Plan, visit: Visit, policy: Policy) -> None:
        self.problem, self.visit, self.policy = problem, visit, policy
        self.plan = without(problem, plan, visit.id)
        self.routes = {(route.technician, route.shift): route for route in self.plan.routes}
        self.together = together(problem, self.plan)
        self.old = {(route.technician, route.shift): route for route in plan.routes}
        self.stood = [key for key, route in self.old.items() if any(stop.visit == visit.id for stop in route.stops)]
        # Wherever it goes, what it leaves changes as well, and what has to come before or after it.
        self.around = self._closed((*self.stood, *self._ordered()))
        self._bases: dict[frozenset[ShiftKey], tuple[Plan, Scorecard]] = {}
        self._ways: dict[ShiftKey, Way] = {}
        self._parts: dict[frozenset[ShiftKey], Problem] = {}
        self._before: dict[frozenset[ShiftKey], Scorecard] = {}

    def _closed(self, keys: Iterable[ShiftKey]) -> frozenset[ShiftKey]:
        """These shifts, and all that hang together with them."""
        return frozenset[ShiftKey]().union(*(self.together.get(key, frozenset({key})) for key in keys))

    def _ordered(self) -> Iterator[ShiftKey]:
        """The shifts of the visits that this one has to come after, or that have to come after it."""
        others = {link.visit for link in self.visit.after}
        others |= {one.id for one in self.problem.visits if any(link.visit == self.visit.id for link in one.after)}
        for key, route in self.routes.items():
            if any(stop.visit in others for stop in route.stops):
                yield key

    def within(self, window: TimeWindow) -> Places:
        """The same search, for the visit with this window."""
        return self.asking(with_visit(self.problem, self.visit.id, windows=(window,)))

    def asking(self, problem: Problem) -> Places:
        """The same search on a problem in which the visit asks for something else (but not for another place, duration,
        order or price). What does not depend on it is shared.
        """
        search = copy(self)
        search.ask(problem)
        return search

    def ask(self, problem: Problem) -> None:
        """Let the visit ask for what it asks for in this problem."""
        self.problem, self.visit = problem, visit_of(problem, self.visit.id)
        self._parts, self._before = {}, {}

    def fitting(self, technicians: Iterable[str] | None = None) -> list[Placement]:
        """What breaks nothing, the cheapest first; ``technicians``: with these only."""
        return sorted(self.all(None if technicians is None else frozenset(technicians), True), key=rank)

    def all(self, allowed: frozenset[str] | None, fitting_only: bool) -> Iterator[Placement]:
        """Every placement; where ``fitting_only``, what breaks nothing, which is quicker."""
        for one in self._tried(allowed, fitting_only):
            if one.fits or not fitting_only:
                yield one

    def of_each(self) -> Iterator[Placement]:
        """What fits of each technician, and where nothing does, what comes nearest."""
        if len(self.visit.roles) > 1:
            yield from self._tried(None, False)
            return
        for technician in self.problem.technicians:
            keys = [(technician.id, shift.id) for shift in technician.shifts]
            fitting = list(self.all(frozenset({technician.id}), True))
            yield from fitting
            places = [] if fitting else [(key, position) for key in keys for position in self.positions(key)]
            if places:
                yield self.placement((min(places, key=lambda place: self.miss(*place)),))

    def nearest(self, key: ShiftKey, count: int) -> list[Placement]:
        """So many placements on one shift, those first that come nearest in time; of a visit for one technician."""
        positions = sorted(self.positions(key), key=lambda position: self.miss(key, position))
        return [self.placement(((key, position),)) for position in positions[:count]]

    def nearest_of_crews(self, allowed: frozenset[str] | None, count: int) -> list[Placement]:
        """So many placements of each crew that is tried, those first that come nearest in time; and all that fit."""
        found = list(self.all(allowed, True))
        for crew in self._crews(self._free(allowed, False)):
            nearest = sorted(dict.fromkeys(crew), key=lambda where: sum(self.miss(*at)[0] for at in where))
            found += [self.placement(where) for where in nearest[:count]]
        return found

    def on(self, key: ShiftKey) -> Iterator[Placement]:
        """What fits on one shift, of a visit for one technician."""
        technician, _ = self.problem.shifts[self.problem.shift_index[key]]
        if self.may(technician.id, technician.skills, self.visit.roles[0].skills):
            found = self._placed((((key, position),) for position in self.positions(key)), True)
            yield from (one for one in found if one.fits)

    def miss(self, key: ShiftKey, position: int) -> tuple[int, int]:
        """By how many seconds time is missed there at least, and how long the detour is."""
        return self._way(key).miss(position, self.visit.windows)

    def _tried(self, allowed: frozenset[str] | None, fitting_only: bool) -> Iterator[Placement]:
        free = self._free(allowed, fitting_only)
        if len(free) == 1:
            ways = ([((key, position),) for position in self.positions(key)] for key in free[0])
            yield from self._placed((where for way in ways for where in way), fitting_only)
        else:
            yield from self._placed((where for crew in self._crews(free) for where in crew), fitting_only)

    def _free(self, allowed: frozenset[str] | None, able_only: bool) -> list[list[ShiftKey]]:
        """For each role the shifts to look at."""
        return [
            [
                (technician.id, shift.id)
                for technician, shift in self.problem.shifts
                if (allowed is None or technician.id in allowed)
                and (not able_only or self.may(technician.id, technician.skills, role.skills))
            ]
            for role in self.visit.roles
        ]

    def _placed(self, places: Iterable[Where], in_time_only: bool) -> Iterator[Placement]:
        for where in dict.fromkeys(places):
            if not in_time_only or all(self.in_time(key, position) for key, position in where):
                yield self.placement(where)

    def may(self, technician: str, held: Mapping[str, int], asked: Mapping[str, int]) -> bool:
        """Whether somebody who holds these skills may be given the visit in a role that asks for those."""
        visit = self.visit
        if technician in visit.never or (visit.only and technician not in visit.only):
            return False
        return all(held.get(skill, 0) >= level for skill, level in asked.items())

    def positions(self, key: ShiftKey) -> range:
        """Where on a shift the visit could stand: after what is committed."""
        shift = self.problem.shifts[self.problem.shift_index[key]][1]
        route = self.routes.get(key)
        stops = len(route.stops) if route else 0
        return range(min(len(shift.committed), stops), stops + 1)

    def _way(self, key: ShiftKey) -> Way:
        if key not in self._ways:
            technician, shift = self.problem.shifts[self.problem.shift_index[key]]
            stops = self.routes[key].stops if key in self.routes else ()
            visits = [visit_of(self.problem, stop.visit) for stop in stops]
            self._ways[key] = Way(self.problem, technician, shift, visits, self.visit)
        return self._ways[key]

    def in_time(self, key: ShiftKey, position: int) -> bool:
        """Whether the visit, what comes after it, and the end of the shift can still be in time.

        What is late without the visit already is not broken by it, so a route with anything late is always looked at.
        """
        way = self._way(key)
        start = way.opens(position, self.visit.windows)
        return start is not None and (way.stays_in_time(position, start) or not self._is_in_time(key))

    def _is_in_time(self, key: ShiftKey) -> bool:
        """Whether the route as it is keeps to its windows and its shift."""
        _, card = self._base(self._closed((key,)))
        mine = [one for one in card.schedule.timelines if (one.technician.id, one.shift.id) == key]
        closed = any(stop.closed for one in mine for stop in one.stops)
        return not closed and all(one.overtime <= one.shift.max_overtime for one in mine)

    def _crews(self, free: Sequence[Sequence[ShiftKey]]) -> Iterator[list[Where]]:
        """Crews whose members' shifts meet, the most promising first; each takes it in where it comes by time."""
        tried = 0
        shifts = {key: self.problem.shifts[index][1] for key, index in self.problem.shift_index.items()}
        for crew in self._castings(free):
            opens, closes = max(shifts[key].start for key in crew), min(shifts[key].end for key in crew)
            if opens >= closes:
                continue
            if (tried := tried + 1) > MOST_CREWS:
                return
            yield [tuple((key, self._at(key, moment)) for key in crew) for moment in self._moments(crew, opens)]

    def _castings(self, free: Sequence[Sequence[ShiftKey]]) -> Iterator[tuple[ShiftKey, ...]]:
        """A shift for each role, no two of one technician: first those on which each member misses least."""
        ranked = [
            sorted(keys, key=lambda key, role=role: self._promise(key, role))[:_MEMBERS]  # type: ignore[misc]
            for role, keys in enumerate(free)
        ]
        orders = product(*(range(len(keys)) for keys in ranked))
        for order in sorted(orders, key=lambda one: (sum(one), one)):
            crew = tuple(keys[number] for keys, number in zip(ranked, order, strict=True))
            if len({technician for technician, _ in crew}) == len(crew):
                yield crew

    def _promise(self, key: ShiftKey, role: int) -> tuple[bool, tuple[int, int], ShiftKey]:
        technician, _ = self.problem.shifts[self.problem.shift_index[key]]
        able = self.may(technician.id, technician.skills, self.visit.roles[role].skills)
        return not able, min(self.miss(key, position) for position in self.positions(key)), key

    def _moments(self, crew: Sequence[ShiftKey], opens: int) -> list[int]:
        ends = [stop.end or 0 for key in crew for stop in (self.routes[key].stops if key in self.routes else ())]
        return sorted({opens, *(end for end in ends if end >= opens)})

    def _at(self, key: ShiftKey, moment: int) -> int:
        route = self.routes.get(key)
        before = sum((stop.end or 0) <= moment for stop in route.stops) if route else 0
        return max(self.positions(key).start, before)

    # -- one placement ---------------------------------------------------------------------------------------------

    def placement(self, where: Where) -> Placement:
        """The visit there: each role's shift and position."""
        keys = self._closed(key for key, _ in where) | self.around
        part, (base, base_card), before = self._part(keys), self._base(keys), self._card_before(keys)
        routes = {(route.technician, route.shift): route for route in base.routes}
        changed = {}
        for role, (key, position) in enumerate(where):
            stops = list(routes[key].stops) if key in routes else []
            stops.insert(position, Stop(self.visit.id, role))
            changed[key] = self._with_breaks(key, stops)
        routes |= changed
        card = score(part, Plan(tuple(routes.values())), self.policy)
        mine = [stop for _, stop in card.schedule.stops_of[self.visit.id]]
        starts = base_card.schedule.starts
        moved = {
            visit: start - starts[visit]
            for visit, start in card.schedule.starts.items()
            if visit in starts and start != starts[visit]
        }
        return Placement(
            visit=self.visit.id,
            places=where,
            arrival=max(stop.arrival for stop in mine),
            start=card.schedule.starts[self.visit.id],
            end=card.schedule.ends[self.visit.id],
            cost=card.total - before.total,
            breaches=breaches(card, (before, base_card), self.visit.id),
            delays=moved,
            routes=changed,
            cards=(before, card),
            part=part,
        )

    def _with_breaks(self, key: ShiftKey, stops: Sequence[Stop]) -> Route:
        technician, shift = self.problem.shifts[self.problem.shift_index[key]]
        visits = [self.problem.visits[self.problem.visit_index[stop.visit]] for stop in stops]
        gaps = break_gaps(self.problem, technician, shift, visits, {})
        return Route(
            *key,
            tuple(Stop(stop.visit, stop.role) for stop in stops),
            tuple(TakenBreak(rest, gap) for rest, gap in gaps.items()),
        )

    def _base(self, keys: frozenset[ShiftKey]) -> tuple[Plan, Scorecard]:
        """These routes as they are without the visit, whatever its windows."""
        if keys not in self._bases:
            plan = Plan(tuple(self.routes[key] for key in sorted(keys) if key in self.routes))
            self._bases[keys] = plan, score(self._part(keys), plan, self.policy)
        return self._bases[keys]

    def _card_before(self, keys: frozenset[ShiftKey]) -> Scorecard:
        """What these routes cost as they are, with the visit where it stands."""
        if not self.stood:
            return self._base(keys)[1]
        if keys not in self._before:
            plan = Plan(tuple(self.old[key] for key in sorted(keys) if key in self.old))
            self._before[keys] = score(self._part(keys), plan, self.policy)
        return self._before[keys]

    def _part(self, keys: frozenset[ShiftKey]) -> Problem:
        """The problem of these shifts, what stands on them, and the visit."""
        if keys not in self._parts:
            self._parts[keys] = self._part_of(keys)
        return self._parts[keys]

    def _part_of(self, keys: frozenset[ShiftKey]) -> Problem:
        problem = self.problem
        wanted = {self.visit.id}
        for key in keys:
            wanted.update(stop.visit for stop in (self.routes[key].stops if key in self.routes else ()))
        people = tuple(
            replace(who, shifts=tuple(shift for shift in who.shifts if (who.id, shift.id) in keys))
            for who in problem.technicians
            if any((who.id, shift.id) in keys for shift in who.shifts)
        )
        waiting = list(wanted)
        while waiting:
            before = {link.visit for link in visit_of(problem, waiting.pop()).after} - wanted
            wanted |= before
            waiting += before
        chosen = sorted(problem.visit_index[visit] for visit in wanted)
        return replace(problem, technicians=people, visits=tuple(problem.visits[index] for index in chosen))
