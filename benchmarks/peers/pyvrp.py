"""PyVRP (MIT): https://pyvrp.org

It knows windows, loads, several bases, prices of distance, of vehicles and of overtime, prizes of visits that may be
left out, and limits of duty. It knows no lateness, no break and no skill:

- lateness: a visit with a promise becomes up to four copies of which at most one is done, the later the smaller its
  prize (on time; up to half an hour late; up to two and a half hours; later);
- breaks: a clock without them (:mod:`~benchmarks.peers.lunch`);
- skills, set-up ``profiles``: each kind of technician has a table of travel of its own, in which the way to a visit
  that they may not do is forbiddingly far. Exact, but memory grows with technicians times places squared;
- skills, set-up ``loads``: each requirement is a dimension of load, of which who does not meet it can carry nothing.
  Where tables would be too large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.peers.beyond import DUTY_LIMITS
from benchmarks.peers.lunch import without_breaks
from benchmarks.peers.peer import Limits, Peer, Routes, Search, lacks, library, version_of
from benchmarks.peers.stating import Stated, StatedShift, StatedVisit, Table, alike

PROFILES, LOADS = "profiles", "loads"
MOST_MEMORY = 3 * 2**30
"""Bytes that tables of travel may take, before skills are told by loads."""

FAR = 10**6
"""Seconds that lead to a visit that a technician may not do: more than any day has."""

LATE_STEPS = (1800, 7200, 10**9)
"""How long the copies of a visit last one after the other, after its promise."""


def prepare(stated: Stated, setup: str, limits: Limits) -> Search:
    """Problem data of PyVRP, and its search."""
    solver, stops = library("pyvrp"), library("pyvrp.stop")
    model = _Model(stated, setup)

    def search() -> Routes:
        stop = stops.MaxRuntime(limits.seconds)
        found = solver.solve(model.data, stop, seed=limits.seed, collect_stats=False, display=False)
        return model.routes(found.best)

    return search


@dataclass(frozen=True, slots=True)
class _Copy:
    """A visit up to a latest start, and what doing it by then is worth."""

    latest: int
    prize: int


def copies(visit: StatedVisit, priceless: int) -> list[_Copy]:
    """The copies of a visit, none of which is worth nothing."""
    worth = priceless if visit.drop_cost is None else visit.drop_cost
    if visit.due is None or visit.due >= visit.latest or not visit.late_rate:
        return [_Copy(visit.latest, worth)]
    found = [_Copy(visit.due, worth)] if visit.due >= visit.earliest else []
    begin = before = max(visit.earliest, visit.due)
    for step in LATE_STEPS:
        until = min(visit.latest, begin + step)
        if until > before or (until == before and not found):
            middle = (before + until) // 2
            found.append(_Copy(until, worth - visit.late_rate * (middle - visit.due)))
            before = until
    return [copy for copy in found if copy.prize > 0]


class _Model:
    """What PyVRP is given, and which visit and shift each of its clients and vehicles stands for."""

    def __init__(self, stated: Stated, setup: str) -> None:
        self._stated, self._setup = stated, setup
        self._pyvrp = library("pyvrp")
        self._clock = without_breaks(stated.shifts)
        self._visit_of: list[int] = []
        self._tables: tuple[list[Table], list[Table]] = ([], [])
        self._kinds = _kinds(stated, setup)
        clients, groups = self._clients()
        ends = [(shift.start_place, shift.end_place) for shift in stated.shifts]
        bases = list(dict.fromkeys(place for both in ends for place in both))
        self._shifts_of: list[list[int]] = []
        vehicles = self._vehicles({place: index for index, place in enumerate(bases)})
        self.data = self._pyvrp.ProblemData(
            [self._pyvrp.Location(lat, lon) for lat, lon in stated.places],
            clients,
            [self._pyvrp.Depot(place) for place in bases],
            vehicles,
            *self._tables,
            groups,
        )

    def _clients(self) -> tuple[list[Any], list[Any]]:
        stated, clock = self._stated, self._clock
        clients: list[Any] = []
        groups: list[Any] = []
        for number, visit in enumerate(stated.visits):
            must, options = visit.drop_cost is None, copies(visit, stated.priceless)
            alone = len(options) == 1
            if not alone and options:
                ids = list(range(len(clients), len(clients) + len(options)))
                groups.append(self._pyvrp.ClientGroup(ids, required=must))
            for option in options:
                self._visit_of.append(number)
                clients.append(
                    self._pyvrp.Client(
                        location=visit.place,
                        delivery=[*visit.demand, *self._skills_asked(visit)],
                        service_duration=visit.service,
                        tw_early=clock(visit.earliest),
                        tw_late=clock(option.latest),
                        prize=0 if must and alone else option.prize,
                        required=must and alone,
                        group=None if alone else len(groups) - 1,
                    )
                )
        return clients, groups

    def _skills_asked(self, visit: StatedVisit) -> list[int]:
        return _flags(self._stated, visit.needs) if self._setup == LOADS else []

    def _vehicles(self, base: dict[int, int]) -> list[Any]:
        """One type for all shifts that are the same."""
        clock, types = self._clock, []
        for shift, indexes in alike(self._stated.shifts).items():
            latest = clock(shift.end + shift.max_overtime)
            times: dict[str, int] = {"tw_early": clock(shift.start), "tw_late": latest}
            if shift.max_duty is not None:
                times |= {"shift_duration": shift.max_duty}
            elif shift.max_overtime:  # which counts from the end of the shift: so it has to begin when the shift does
                times |= {"start_late": clock(shift.start), "shift_duration": clock(shift.end) - clock(shift.start)}
                times |= {"max_overtime": shift.max_overtime, "unit_overtime_cost": shift.overtime_rate}
            types.append(
                self._pyvrp.VehicleType(
                    len(indexes),
                    capacity=[*shift.capacity, *self._skills_held(shift)],
                    start_depot=base[shift.start_place],
                    end_depot=base[shift.end_place],
                    fixed_cost=shift.fixed,
                    profile=self._profile(shift, indexes[0]),
                    **times,
                )
            )
            self._shifts_of.append(indexes)
        return types

    def _skills_held(self, shift: StatedShift) -> list[int]:
        if self._setup != LOADS:
            return []
        return [flag * len(self._stated.visits) for flag in _flags(self._stated, shift.meets)]

    def _profile(self, shift: StatedShift, index: int) -> int:
        """The index of the shift's tables, which are made when they are first asked for."""
        kind = _kind(self._stated, self._setup, index)
        way, number = self._stated.ways[shift.way], self._kinds[kind]
        if number == len(self._tables[0]):
            forbidden = [] if self._setup == LOADS else self._forbidden(index)
            durations = _without(way.durations, forbidden)
            self._tables[0].append(durations if way.costs is way.durations else _without(way.costs, forbidden))
            self._tables[1].append(durations)
        return number

    def _forbidden(self, index: int) -> Sequence[int]:
        """Places to which a shift need not go. A place of a visit that it may do as well stays open."""
        visits, allowed = self._stated.visits, self._stated.allowed[:, index]
        opened = {visit.place for visit, may in zip(visits, allowed, strict=True) if may}
        return sorted({visit.place for visit in visits} - opened - {s.start_place for s in self._stated.shifts})

    def routes(self, best: Any) -> Routes:
        """The visits of PyVRP's clients, each once."""
        routes: list[list[int]] = [[] for _ in self._stated.shifts]
        free = [list(indexes) for indexes in self._shifts_of]
        seen: set[int] = set()
        for route in best.routes():
            index = free[route.vehicle_type()].pop(0)
            for activity in route:
                if activity.is_client() and (visit := self._visit_of[activity.idx]) not in seen:
                    seen.add(visit)
                    routes[index].append(visit)
        return routes


def _flags(stated: Stated, chosen: Sequence[int] | frozenset[int]) -> list[int]:
    return [int(requirement in chosen) for requirement in range(stated.requirements)]


def _kind(stated: Stated, setup: str, index: int) -> tuple[int, bytes]:
    """What decides which tables of travel a shift needs."""
    return stated.shifts[index].way, b"" if setup == LOADS else stated.allowed[:, index].tobytes()


def _kinds(stated: Stated, setup: str) -> dict[tuple[int, bytes], int]:
    kinds = dict.fromkeys(_kind(stated, setup, indexes[0]) for indexes in alike(stated.shifts).values())
    return {kind: number for number, kind in enumerate(kinds)}


def _without(table: Table, forbidden: Sequence[int]) -> Table:
    if not forbidden:
        return table
    table = table.copy()
    table[:, forbidden] = FAR
    table[forbidden, :] = FAR
    np.fill_diagonal(table, 0)
    return table


def suits(stated: Stated, setup: str) -> bool:
    """Tables where there is room for them, loads where there is not: never both."""
    memory = len(_kinds(stated, PROFILES)) * len(stated.places) ** 2 * 8 * 2
    return (memory <= MOST_MEMORY) == (setup == PROFILES)


PEER = Peer(
    id="pyvrp",
    title="PyVRP",
    setups=(PROFILES, LOADS),
    prepare=prepare,
    lacking=lacks("pyvrp"),
    version=version_of("pyvrp"),
    says=frozenset({DUTY_LIMITS}),
    suits=suits,
)
