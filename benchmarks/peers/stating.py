"""A problem in the words that routing libraries share: whole numbers, one window a visit, one vehicle a shift.

Everything that :data:`~benchmarks.peers.beyond.BEYOND` does not name is here exactly as the problem has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from optimizer.distance import EARTH_RADIUS_M
from optimizer.domain import Geodesic, Problem, Shift, Technician, Visit
from optimizer.money import exact

Table = NDArray[np.int64]

MOST_FOR_A_LEG = 1e9
"""No leg counts more: some libraries hold the cost of a leg in 32 bits. Beyond it, prices are rounded."""


@dataclass(frozen=True, slots=True)
class StatedVisit:
    """A visit. Times are seconds since :attr:`Stated.zero`, costs whole numbers of :attr:`Stated.unit`.

    ``due`` is the latest start that breaks no promise (None: any), and starting later costs ``late_rate`` a second.
    ``drop_cost`` None: it must be done. ``needs`` are indexes of requirements, ``demand`` one number a resource.
    """

    place: int
    service: int
    earliest: int
    latest: int
    due: int | None
    late_rate: int
    drop_cost: int | None
    needs: tuple[int, ...]
    demand: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StatedBreak:
    """A rest that starts between two moments."""

    earliest: int
    latest: int
    duration: int


@dataclass(frozen=True, slots=True)
class StatedShift:
    """A shift, which others call a vehicle. ``way`` is its index in :attr:`Stated.ways`, ``meets`` the requirements
    that its technician meets; ``fixed`` is paid if it is used, ``overtime_rate`` for each second after ``end``."""

    start_place: int
    end_place: int
    start: int
    end: int
    max_overtime: int
    max_duty: int | None
    fixed: int
    overtime_rate: int
    way: int
    meets: frozenset[int]
    capacity: tuple[int, ...]
    rest: StatedBreak | None


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way of travelling at a price: ``durations`` and ``costs`` ``[from, to]`` over the locations."""

    durations: Table
    costs: Table


@dataclass(frozen=True, eq=False)
class Stated:
    """The whole problem. ``zero`` is its earliest moment in seconds since the Unix epoch; ``unit`` times a price is
    a whole number; ``horizon`` is the end of the last shift, with overtime."""

    places: tuple[tuple[float, float], ...]
    visits: tuple[StatedVisit, ...]
    shifts: tuple[StatedShift, ...]
    ways: tuple[Way, ...]
    requirements: int
    resources: int
    zero: int
    unit: Fraction
    horizon: int

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """``[visit, shift]``: whether the technician of the shift may do the visit."""
        table = np.ones((len(self.visits), len(self.shifts)), dtype=np.bool_)
        for index, visit in enumerate(self.visits):
            for shift, who in enumerate(self.shifts):
                table[index, shift] = who.meets.issuperset(visit.needs)
        return table

    @cached_property
    def priceless(self) -> int:
        """More than leaving out everything that may be left out costs: what a visit that must be done is worth."""
        longest = max((int(way.costs.max(initial=0)) for way in self.ways), default=0)
        return 10 * (1 + longest + sum(visit.drop_cost or 0 for visit in self.visits))


def state(problem: Problem) -> Stated:
    """A problem of which :func:`~benchmarks.peers.beyond.beyond` names nothing but limits of duty."""
    zero = min((shift.start for _, shift in problem.shifts), default=0)
    horizon = max((shift.end + shift.max_overtime for _, shift in problem.shifts), default=zero) - zero
    unit = _unit(problem)
    requirements = _Requirements(problem)
    resources = sorted({name for visit in problem.visits for name, amount in visit.demand.items() if amount})
    parts = lcm(*(exact(amount).denominator for amount in _quantities(problem)))
    kinds = list(dict.fromkeys(_kind(who) for who, _ in problem.shifts))
    legs = {profile: _legs(problem, profile) for profile in dict.fromkeys(profile for profile, _, _ in kinds)}

    def whole(price: Fraction) -> int:
        return round(price * unit)

    def visit_of(visit: Visit) -> StatedVisit:
        due, late_rate = _due(visit)
        window = visit.windows[0] if visit.windows else None
        earliest = max(0, window.earliest - zero) if window else 0
        return StatedVisit(
            place=visit.location,
            service=visit.duration,
            earliest=earliest,
            latest=max(earliest, min(horizon, window.latest - zero)) if window else max(earliest, horizon),
            due=None if due is None else due - zero,
            late_rate=whole(late_rate),
            drop_cost=None if visit.drop_cost is None else whole(exact(visit.drop_cost)),
            needs=requirements.of_visit(visit),
            demand=tuple(int(exact(visit.demand.get(name, 0)) * parts) for name in resources),
        )

    def shift_of(who: Technician, shift: Shift) -> StatedShift:
        rests = [StatedBreak(r.earliest - zero, r.latest - zero, r.duration) for r in shift.breaks]
        return StatedShift(
            start_place=shift.start_location,
            end_place=shift.start_location if shift.end_location is None else shift.end_location,
            start=shift.start - zero,
            end=shift.end - zero,
            max_overtime=shift.max_overtime,
            max_duty=shift.max_duty,
            fixed=whole(exact(who.costs.per_shift)),
            overtime_rate=whole(exact(who.costs.per_overtime_hour) / 3600),
            way=kinds.index(_kind(who)),
            meets=requirements.met_by(who),
            capacity=tuple(int(exact(who.capacity.get(name, 0)) * parts) for name in resources),
            rest=rests[0] if rests else None,
        )

    return Stated(
        places=tuple((place.lat, place.lon) for place in problem.locations),
        visits=tuple(visit_of(visit) for visit in problem.visits),
        shifts=tuple(shift_of(who, shift) for who, shift in problem.shifts),
        ways=tuple(_way(*legs[profile], float(second * unit), float(metre * unit)) for profile, second, metre in kinds),
        requirements=len(requirements.known),
        resources=len(resources),
        zero=zero,
        unit=unit,
        horizon=horizon,
    )


def _kind(who: Technician) -> tuple[str, Fraction, Fraction]:
    """The profile, and the prices of a second and of a metre."""
    return who.profile, exact(who.costs.per_travel_hour) / 3600, exact(who.costs.per_km) / 1000


def _quantities(problem: Problem) -> Iterable[float]:
    yield 1
    for visit in problem.visits:
        yield from visit.demand.values()
    for who in problem.technicians:
        yield from who.capacity.values()


def _due(visit: Visit) -> tuple[int | None, Fraction]:
    """The latest start that keeps the visit's promise, and what each second after it costs."""
    if visit.arrive_by is not None:
        return visit.arrive_by.at, exact(visit.arrive_by.cost_per_hour_late) / 3600
    if visit.complete_by is not None:
        return visit.complete_by.at - visit.duration, exact(visit.complete_by.cost_per_hour_late) / 3600
    return None, Fraction(0)


def _unit(problem: Problem) -> Fraction:
    """What makes every price a whole number, and as small a one as can be."""
    prices = {exact(visit.drop_cost or 0) for visit in problem.visits} | {_due(visit)[1] for visit in problem.visits}
    for who in problem.technicians:
        prices |= {exact(who.costs.per_shift), exact(who.costs.per_overtime_hour) / 3600, *_kind(who)[1:]}
    parts = lcm(*(price.denominator for price in prices)) if prices else 1
    unit = Fraction(parts, gcd(*(int(price * parts) for price in prices)) or 1)
    dearest = max((second * 86_400 + metre * 10**7 for _, second, metre in map(_kind, problem.technicians)), default=0)
    return min(unit, Fraction(MOST_FOR_A_LEG) / dearest) if dearest else unit


class _Requirements:
    """Skills at a level, and being named or not being named, as things that a technician meets or does not."""

    def __init__(self, problem: Problem) -> None:
        asked = {need for visit in problem.visits for need in self._needs(visit)}
        self.known = {need: index for index, need in enumerate(sorted(asked, key=repr))}

    @staticmethod
    def _needs(visit: Visit) -> Iterable[tuple[str, str | tuple[str, ...], int]]:
        for skill, level in visit.roles[0].skills.items():
            yield "skill", skill, level
        if visit.only:
            yield "only", tuple(sorted(visit.only)), 0
        if visit.never:
            yield "never", tuple(sorted(visit.never)), 0

    def of_visit(self, visit: Visit) -> tuple[int, ...]:
        return tuple(sorted(self.known[need] for need in self._needs(visit)))

    def met_by(self, who: Technician) -> frozenset[int]:
        return frozenset(index for (kind, what, level), index in self.known.items() if _meets(who, kind, what, level))


def _meets(who: Technician, kind: str, what: str | tuple[str, ...], level: int) -> bool:
    if isinstance(what, str):
        return who.skills.get(what, 0) >= level
    return (who.id in what) == (kind == "only")


def _legs(problem: Problem, profile: str) -> tuple[Table, Table]:
    """Seconds and metres between all locations; the same numbers as :func:`optimizer.distance.leg`."""
    travel = problem.travel[profile]
    if not isinstance(travel, Geodesic):
        durations = np.asarray(travel.durations, dtype=np.int64)
        metres = np.zeros_like(durations) if travel.distances is None else np.asarray(travel.distances, dtype=np.int64)
        return durations, metres
    lat = np.radians([place.lat for place in problem.locations])
    lon = np.radians([place.lon for place in problem.locations])
    metres_between = _haversine(lat, lon) * travel.detour_factor
    seconds = np.rint(metres_between / (travel.speed_kmh / 3.6)).astype(np.int64)
    return seconds, np.rint(metres_between).astype(np.int64)


def _haversine(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres along great circles, a row at a time: the tables in between would be as large as the result."""
    table = np.zeros((len(lat), len(lat)))
    for row in range(len(lat)):
        h = np.sin((lat - lat[row]) / 2) ** 2
        h += np.cos(lat[row]) * np.cos(lat) * np.sin((lon - lon[row]) / 2) ** 2
        table[row] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
        table[row, row] = 0
    return table


def _way(durations: Table, metres: Table, second: float, metre: float) -> Way:
    if second == 1 and metre == 0:
        return Way(durations, durations)
    return Way(durations, np.rint(durations * second + metres * metre).astype(np.int64))


def alike(shifts: Sequence[StatedShift]) -> dict[StatedShift, list[int]]:
    """The indexes of the shifts that are the same in everything, by what they are."""
    found: dict[StatedShift, list[int]] = {}
    for index, shift in enumerate(shifts):
        found.setdefault(shift, []).append(index)
    return found
