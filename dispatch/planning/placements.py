"""Every place that one visit could have in a plan, each priced exactly, while everybody else keeps their visits.

A placement changes the routes that it stands on and those that hang together with them by crews and orders; only these
are timed and scored again, on a problem that holds nothing else. The difference in what they cost is the price. Breaks
on the route are put where they disturb least. Where a placement breaks a must, it says which, in sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import permutations

from dispatch.planning.gaps import break_gaps
from dispatch.planning.snapshot import Snapshot
from dispatch.planning.ways import Way
from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak, TimeWindow, Unassigned, Visit
from optimizer.policy import DEFAULT, Policy
from optimizer.rules.base import Level, Match
from optimizer.scoring import Scorecard, score, timed

ShiftKey = tuple[str, str]
"""(technician id, shift id)."""
MOST_CREWS = 24
"""So many crews at most are tried for a visit that needs several people."""


@dataclass(frozen=True)
class Placement:
    """One place for a visit: where each role stands (shift and position), when, and what it changes in the cost.

    ``cost`` is exact under the policy asked with, and includes what is saved by no longer leaving the visit out.
    ``broken``: the musts that it breaks and that held before; empty: it fits. ``delays``: visits that others know,
    with the seconds by which they start later (or earlier, below zero). ``cards``: what the routes it stands on and
    leaves cost before and after, on the problem of just these.
    """

    visit: str
    places: tuple[tuple[ShiftKey, int], ...]
    arrival: int
    start: int
    end: int
    cost: Fraction
    broken: tuple[str, ...]
    delays: Mapping[str, int]
    routes: Mapping[ShiftKey, Route] = field(repr=False)
    cards: tuple[Scorecard, Scorecard] = field(repr=False, compare=False)

    @property
    def by_rule(self) -> Mapping[str, Fraction]:
        """Rule → what it costs more: money, or broken places of a must."""
        before, after = self.cards
        return {new.rule.id: new.cost - old.cost for old, new in zip(before.lines, after.lines, strict=True)}

    @property
    def fits(self) -> bool:
        """Whether it breaks nothing."""
        return not self.broken

    @property
    def technicians(self) -> tuple[str, ...]:
        """Who would do it, role by role."""
        return tuple(key[0] for key, _ in self.places)


def placements(
    problem: Problem,
    plan: Plan,
    visit_id: str,
    *,
    policy: Policy = DEFAULT,
    technicians: Iterable[str] | None = None,
    fitting_only: bool = False,
) -> list[Placement]:
    """All placements of a visit, those that fit first, then the cheapest; without it where it stands now.

    ``technicians``: look only at these. ``fitting_only``: leave out what breaks a must, which is quicker.
    Raises :class:`KeyError` for a visit that the problem does not have.
    """
    search = _Search(problem, plan, problem.visits[problem.visit_index[visit_id]], policy)
    allowed = None if technicians is None else frozenset(technicians)
    return sorted(search.all(allowed, fitting_only), key=_rank)


def best_of_each(problem: Problem, plan: Plan, visit_id: str, policy: Policy = DEFAULT) -> list[Placement]:
    """Each technician's best placement of a visit: of those that fit the cheapest, or where none does the nearest in
    time. Those that fit come first, then the cheapest. Of crews, each one that is tried.

    Raises :class:`KeyError` for a visit that the problem does not have.
    """
    search = _Search(problem, plan, problem.visits[problem.visit_index[visit_id]], policy)
    best: dict[tuple[str, ...], Placement] = {}
    for one in search.of_each():
        if one.technicians not in best or _rank(one) < _rank(best[one.technicians]):
            best[one.technicians] = one
    return sorted(best.values(), key=_rank)


def best_by_window(
    problem: Problem, plan: Plan, visit_id: str, windows: Sequence[TimeWindow], policy: Policy = DEFAULT
) -> list[Placement | None]:
    """The first of the :func:`placements` that fit with each of these as the visit's only window; None where none does.

    What does not depend on the window is worked out once for all of them.
    """
    search = _Search(problem, plan, problem.visits[problem.visit_index[visit_id]], policy)
    return [min(search.within(window).all(None, True), key=_rank, default=None) for window in windows]


def placed(problem: Problem, plan: Plan, placement: Placement, policy: Policy = DEFAULT) -> Plan:
    """The plan with the visit where the placement puts it: timed, with its cost."""
    bare = _without(problem, plan, placement.visit)
    routes = {(route.technician, route.shift): route for route in bare.routes} | dict(placement.routes)
    left = tuple(one for one in bare.unassigned if one.visit != placement.visit)
    made = Plan(tuple(routes[key] for key in problem.shift_index if key in routes), left)
    made = timed(problem, made)
    return replace(made, cost=score(problem, made, policy).cost)


def emergency(snapshot: Snapshot, visit_id: str, policy: Policy = DEFAULT) -> Plan:
    """The published plan with the visit at its best place, at once; nobody else's visits go to somebody else.

    Where it fits nowhere, or leaving it out costs less, the published plan itself.
    """
    found = placements(snapshot.problem, snapshot.published, visit_id, policy=policy, fitting_only=True)
    if not found or found[0].cost >= 0:
        return snapshot.published
    return placed(snapshot.problem, snapshot.published, found[0], policy)


class _Search:
    """All placements of one visit."""

    def __init__(self, problem: Problem, plan: Plan, visit: Visit, policy: Policy) -> None:
        self.problem, self.visit, self.policy = problem, visit, policy
        self.plan = _without(problem, plan, visit.id)
        self.routes = {(route.technician, route.shift): route for route in self.plan.routes}
        self.together = _together(problem, self.plan)
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

    def within(self, window: TimeWindow) -> _Search:
        """The same search, for the visit with this window. It shares what does not depend on it."""
        search = copy(self)
        search.narrow(window)
        return search

    def narrow(self, window: TimeWindow) -> None:
        """Look for places within this window only."""
        self.visit = replace(self.visit, windows=(window,))
        visits = list(self.problem.visits)
        visits[self.problem.visit_index[self.visit.id]] = self.visit
        self.problem = replace(self.problem, visits=tuple(visits))
        self._parts, self._before = {}, {}

    def all(self, allowed: frozenset[str] | None, fitting_only: bool) -> Iterator[Placement]:
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
            places = [] if fitting else [(key, position) for key in keys for position in self._positions(key)]
            if places:
                yield self._placement((min(places, key=self._miss),))

    def _miss(self, place: tuple[ShiftKey, int]) -> tuple[int, int]:
        key, position = place
        return self._way(key).miss(position, self.visit.windows)

    def _tried(self, allowed: frozenset[str] | None, fitting_only: bool) -> Iterator[Placement]:
        free = [
            [
                (technician.id, shift.id)
                for technician, shift in self.problem.shifts
                if (allowed is None or technician.id in allowed)
                and (not fitting_only or self._may(technician.id, technician.skills, role.skills))
            ]
            for role in self.visit.roles
        ]
        if len(free) == 1:
            for key in free[0]:
                for position in self._positions(key):
                    if not fitting_only or self._in_time(key, position):
                        yield self._placement(((key, position),))
            return
        yield from self._crews(free)

    def _may(self, technician: str, held: Mapping[str, int], asked: Mapping[str, int]) -> bool:
        visit = self.visit
        if technician in visit.never or (visit.only and technician not in visit.only):
            return False
        return all(held.get(skill, 0) >= level for skill, level in asked.items())

    def _positions(self, key: ShiftKey) -> range:
        shift = self.problem.shifts[self.problem.shift_index[key]][1]
        route = self.routes.get(key)
        return range(len(shift.committed), (len(route.stops) if route else 0) + 1)

    def _way(self, key: ShiftKey) -> Way:
        if key not in self._ways:
            technician, shift = self.problem.shifts[self.problem.shift_index[key]]
            stops = self.routes[key].stops if key in self.routes else ()
            visits = [_visit(self.problem, stop.visit) for stop in stops]
            self._ways[key] = Way(self.problem, technician, shift, visits, self.visit)
        return self._ways[key]

    def _in_time(self, key: ShiftKey, position: int) -> bool:
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

    def _crews(self, free: Sequence[Sequence[ShiftKey]]) -> Iterator[Placement]:
        """Crews whose members' shifts meet; each member takes the visit in where it comes by time."""
        tried = 0
        shifts = {key: self.problem.shifts[index][1] for key, index in self.problem.shift_index.items()}
        keys = sorted({key for role in free for key in role}, key=lambda key: (shifts[key].start, key))
        for crew in permutations(keys, len(free)):
            if any(key not in able for key, able in zip(crew, free, strict=True)) or len({k[0] for k in crew}) < len(
                crew
            ):
                continue
            opens, closes = max(shifts[key].start for key in crew), min(shifts[key].end for key in crew)
            if opens >= closes:
                continue
            if (tried := tried + 1) > MOST_CREWS:
                return
            seen = set()
            for moment in self._moments(crew, opens):
                where = tuple((key, self._at(key, moment)) for key in crew)
                if where not in seen:
                    seen.add(where)
                    yield self._placement(where)

    def _moments(self, crew: Sequence[ShiftKey], opens: int) -> list[int]:
        ends = [stop.end or 0 for key in crew for stop in (self.routes[key].stops if key in self.routes else ())]
        return sorted({opens, *(end for end in ends if end >= opens)})

    def _at(self, key: ShiftKey, moment: int) -> int:
        route = self.routes.get(key)
        before = sum((stop.end or 0) <= moment for stop in route.stops) if route else 0
        return max(self._positions(key).start, before)

    # -- one placement ---------------------------------------------------------------------------------------------

    def _placement(self, where: tuple[tuple[ShiftKey, int], ...]) -> Placement:
        keys = self._closed(key for key, _ in where) | self.around
        part, (base, without), before = self._part(keys), self._base(keys), self._card_before(keys)
        routes = {(route.technician, route.shift): route for route in base.routes}
        changed = {}
        for role, (key, position) in enumerate(where):
            stops = list(routes[key].stops) if key in routes else []
            stops.insert(position, Stop(self.visit.id, role))
            changed[key] = self._with_breaks(key, stops)
        routes |= changed
        card = score(part, Plan(tuple(routes.values())), self.policy)
        mine = [stop for _, stop in card.schedule.stops_of[self.visit.id]]
        starts = without.schedule.starts
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
            broken=_newly_broken(card, (before, without), self.visit.id),
            delays=moved,
            routes=changed,
            cards=(before, card),
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
            before = {link.visit for link in _visit(problem, waiting.pop()).after} - wanted
            wanted |= before
            waiting += before
        chosen = sorted(problem.visit_index[visit] for visit in wanted)
        return replace(problem, technicians=people, visits=tuple(problem.visits[index] for index in chosen))


def _rank(one: Placement) -> tuple[int, Fraction, int, tuple[tuple[ShiftKey, int], ...]]:
    return len(one.broken), one.cost, one.start, one.places


def _without(problem: Problem, plan: Plan, visit: str) -> Plan:
    """The plan without one visit; the breaks of its routes where they disturb least."""
    routes = []
    # Where others are waited for, a route does not run ahead because one visit less stands on it.
    waited = {
        stop.visit: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.start is not None and (len(_visit(problem, stop.visit).roles) > 1 or _visit(problem, stop.visit).after)
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


def _together(problem: Problem, plan: Plan) -> Mapping[ShiftKey, frozenset[ShiftKey]]:
    """Shift → all shifts whose routes hang together with its own, by crews, by orders, by a balance of work."""
    on: dict[str, set[ShiftKey]] = defaultdict(set)
    for route in plan.routes:
        for stop in route.stops:
            on[stop.visit].add((route.technician, route.shift))
    groups: dict[ShiftKey, set[ShiftKey]] = {key: {key} for key in problem.shift_index}
    links = [
        keys.union(*(on.get(link.visit, set()) for link in _visit(problem, visit).after)) for visit, keys in on.items()
    ]
    if problem.balance is not None:
        links += [{(who.id, shift.id) for shift in who.shifts} for who in problem.technicians]
    for keys in links:
        merged = set().union(*(groups[key] for key in keys))
        for key in merged:
            groups[key] = merged
    return {key: frozenset(group) for key, group in groups.items()}


def _visit(problem: Problem, visit: str) -> Visit:
    return problem.visits[problem.visit_index[visit]]


def _newly_broken(card: Scorecard, others: Sequence[Scorecard], visit: str) -> tuple[str, ...]:
    """What is broken now and is not in all the others (with the visit where it stood, and without it), in sentences."""
    was = set.intersection(*({_breach(match) for match in _hard(other)} for other in others))
    return tuple(
        dict.fromkeys(
            match.because[:1].upper() + match.because[1:] + "."
            for match in _hard(card)
            if match.visit == visit or _breach(match) not in was
        )
    )


def _hard(card: Scorecard) -> list[Match]:
    return [match for line in card.lines if line.rule.level is Level.HARD for match in line.matches]


def _breach(match: Match) -> tuple[str, str | None, str | None]:
    return match.rule, match.visit, match.shift
