"""Planning again and again: from the plan that is being carried out, with what has just become known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from benchmarks.dynamic.executed import ShiftKey
from benchmarks.dynamic.futures import drawn, without_drawn
from benchmarks.dynamic.planning import Fetching, Kits, Moment, at_depot, carries, equipped
from optimizer.distance import leg
from optimizer.domain import Plan, Problem, Route, Stop, Technician, Visit
from optimizer.solve import Result, solve


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is searched: rounds for the plan before the day, for each plan in the day, and for each look at another
    way by the depot; and how often such a look is taken before the day, in the day, and where a request has no place.
    """

    before: int = 25_000
    again: int = 5_000
    look: int = 2_000
    looks_before: int = 80
    looks_again: int = 2
    looks_for_a_place: int = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan with the problem it was made for, and who goes by the depot in it."""

    problem: Problem
    result: Result
    kits: Kits
    drawn: frozenset[str] = frozenset()

    @property
    def plan(self) -> Plan:
        """What is carried out of it."""
        return without_drawn(self.result.plan, self.drawn)

    @property
    def visits(self) -> Mapping[str, Visit]:
        """The visits of its problem by their ids."""
        return {visit.id: visit for visit in self.problem.visits}

    def better_than(self, other: Standing) -> bool:
        mine, others = self.result.scorecard, other.result.scorecard
        return (mine.hard, mine.total) < (others.hard, others.total)


@dataclass
class Planner:
    """Plans one day. The same effort and seed give the same plans."""

    effort: Effort = field(default_factory=Effort)
    seed: int = 1
    futures: float = 0.0

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def first(self, moment: Moment) -> Standing:
        """The plan before the day, of what is known from the start."""
        moment = self._with_a_future(moment)
        kits, start = self._guess(moment) if moment.dynamic.depot is not None else ({}, None)
        standing = self._solved(moment, kits, start, self.effort.before)
        return self._looking(moment, standing, self.effort.looks_before)

    def again(self, moment: Moment, plan: Plan, kits: Kits) -> Standing:
        """A plan with what is new, from the one that is being carried out."""
        moment = self._with_a_future(moment)
        standing = self._solved(moment, kits, plan, self.effort.again)
        standing = self._looking(moment, standing, self.effort.looks_for_a_place, only_for_a_place=True)
        return self._looking(moment, standing, self.effort.looks_again)

    def _solved(self, moment: Moment, kits: Kits, start: Plan | None, rounds: int) -> Standing:
        problem = moment.problem(kits)
        found = solve(problem, iterations=rounds, seed=self.seed, start=start)
        return Standing(problem, found, kits, frozenset(visit.id for visit in moment.drawn))

    def _with_a_future(self, moment: Moment) -> Moment:
        return replace(moment, drawn=tuple(drawn(moment, self.futures, self._random)))

    # -- who goes by the depot ---------------------------------------------------------------------------------------

    def _guess(self, moment: Moment) -> tuple[Kits, Plan]:
        """Who might go by the depot first: a problem in which each technician is there twice, once by way of the depot,
        is searched; of the two the one who does more is kept.
        """
        whole, depot = moment.problem({}), moment.dynamic.depot
        assert depot is not None
        second = [_by_depot(whole, one, depot) for one in whole.technicians]
        both = replace(whole, technicians=(*whole.technicians, *second))
        found = solve(both, iterations=self.effort.before, seed=self.seed).plan
        routes = {route.technician: route for route in found.routes}
        kits: dict[ShiftKey, Fetching] = {}
        kept: list[Route] = []
        for one, other in zip(whole.technicians, second, strict=True):
            plain, by_depot = routes.get(one.id), routes.get(other.id)
            if by_depot is not None and (plain is None or len(by_depot.stops) > len(plain.stops)):
                kits[one.id, by_depot.shift] = Fetching()
                stops = (Stop(at_depot(one.id)), *by_depot.stops)
                kept.append(Route(one.id, by_depot.shift, stops))
            elif plain is not None:
                kept.append(plain)
        return kits, Plan(tuple(kept))

    def _looking(self, moment: Moment, best: Standing, looks: int, *, only_for_a_place: bool = False) -> Standing:
        """Look at other ways by the depot, so many; the best plan. ``only_for_a_place``: while a request has none."""
        if moment.dynamic.depot is None:
            return best
        for _ in range(looks):
            if only_for_a_place and not best.plan.unassigned:
                break
            changes = list(self._changes(moment, best, fetch_only=only_for_a_place))
            if not changes:
                break
            key, kit = self._random.choice(changes)
            kits = {one: has for one, has in best.kits.items() if one != key}
            if kit is not None:
                kits[key] = kit
            start = _with_way(best.plan, key, kit, moment)
            tried = self._solved(moment, kits, start, self.effort.look)
            if tried.better_than(best):
                best = tried
        return best

    def _changes(
        self, moment: Moment, standing: Standing, *, fetch_only: bool
    ) -> Iterator[tuple[ShiftKey, Fetching | None]]:
        """Whose way by the depot could be another one: none, or after what they do first with what they carry."""
        routes = {(route.technician, route.shift): route for route in standing.plan.routes}
        for technician, shift in moment.dynamic.problem.shifts:
            key = technician.id, shift.id
            done = [trip.visit for trip in moment.executed.trips[key]]
            if key in moment.executed.home or at_depot(technician.id) in done:
                continue
            if key not in standing.kits:
                yield key, Fetching()
                continue
            if fetch_only:
                continue
            yield key, None
            names = [stop.visit for stop in routes[key].stops if stop.visit != at_depot(technician.id)]
            known = moment.dynamic.problem.visit_index
            for many in range(len(done), len(names) + 1):
                first = names[:many]
                if not carries(technician, [moment.dynamic.problem.visits[known[one]] for one in first]):
                    break
                if (kit := Fetching(tuple(first[len(done) :]))) != standing.kits[key]:
                    yield key, kit


def _by_depot(problem: Problem, technician: Technician, depot: int) -> Technician:
    """The technician who starts at the depot, as late as they would be there; the way there costs what it takes."""
    (shift,) = technician.shifts
    drive = leg(problem, technician.profile, shift.start_location, depot)[0]
    costs = replace(technician.costs, per_shift=drive * technician.costs.per_duty_hour / 3600)
    started = replace(shift, start=shift.start + drive, start_location=depot)
    return replace(equipped(problem, technician), id=f"{technician.id} by the depot", costs=costs, shifts=(started,))


def _with_way(plan: Plan, key: ShiftKey, kit: Fetching | None, moment: Moment) -> Plan:
    """The plan with somebody's way by the depot where ``kit`` says, or without one."""
    depot = at_depot(key[0])
    done = len(moment.executed.trips[key])
    routes = {(route.technician, route.shift): route for route in plan.routes}
    route = routes.get(key, Route(*key, ()))
    stops = [stop for stop in route.stops if stop.visit != depot]
    if kit is not None:
        stops.insert(done + len(kit.first), Stop(depot))
    routes[key] = replace(route, stops=tuple(stops))
    return Plan(tuple(one for one in routes.values() if one.stops))
