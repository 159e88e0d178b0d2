"""Seeded field-service problems of any size: ``python -m benchmarks.generate rich 200 problem.json.gz --seed 1``.

``plain``: one day; skills, windows, promises, lunch, overtime, prices of leaving out. ``rich``: every field of the
model besides: several days and shifts, two profiles of travel (one of them measured, up to :data:`MOST_MEASURED`
places), pace, capacity, every price, routes that end anywhere, duty limits, second breaks, committed visits, crews,
completion promises, musts, only/never/preferred, orders, what was planned before, balance.

The same kind, size and seed give the same problem on every machine.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.tables import say
from optimizer.domain import (
    After,
    Balance,
    Break,
    Costs,
    Geodesic,
    Location,
    Matrix,
    Previous,
    Problem,
    Promise,
    Role,
    Shift,
    Technician,
    TimeWindow,
    Visit,
)
from optimizer.io import write_problem
from optimizer.validation import validated

KINDS = ("plain", "rich")

MOST_MEASURED = 400
"""Up to so many places a rich problem has a matrix for its vans: beyond, the file would be mostly matrix."""

MONDAY = 1_773_014_400
"""9 March 2026, 00:00 UTC."""
DAY, HOUR, MINUTE = 86_400, 3_600, 60
VISITS_EACH = {"plain": 7.0, "rich": 9.0}
"""Visits for each technician: so many that some must be left out."""

SKILLS = ("boiler", "cooling", "fibre", "heating", "high-voltage", "lift", "meter", "water")
PARTS = ("filter", "pump", "sensor")


def generate(kind: str, visits: int, seed: int = 1, technicians: int | None = None) -> Problem:
    """A valid problem with so many visits, and technicians as :data:`VISITS_EACH` says where no number is given.

    Raises :class:`ValueError` for a kind that is none of :data:`KINDS`, and for too few visits or technicians.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of problem; there are {', '.join(KINDS)}")
    if visits < 1:
        raise ValueError(f"{visits} visits are too few; give 1 or more")
    if technicians is not None and technicians < 2:
        raise ValueError(f"{technicians} technicians are too few; give 2 or more")
    name = f"{kind}-{visits}-{seed}"
    city = _City(random.Random(name))
    people = technicians or max(2, math.ceil(visits / VISITS_EACH[kind]))
    problem = _plain(city, people, visits) if kind == "plain" else _rich(city, people, visits)
    return validated(replace(problem, name=name))


@dataclass
class _City:
    """A place with a few towns in which most addresses lie, and all the chance there is."""

    random: random.Random
    locations: list[Location] = field(default_factory=list)
    towns: list[tuple[float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for _ in range(6):
            spread = self.random.uniform(0.01, 0.04)
            self.towns.append((self.random.uniform(47.25, 47.55), self.random.uniform(8.35, 8.75), spread))

    def address(self, name: str) -> int:
        """A new place, mostly in a town."""
        if self.random.random() < 0.8:
            lat, lon, spread = self.random.choice(self.towns)
            lat, lon = self.random.gauss(lat, spread / 2), self.random.gauss(lon, spread)
        else:
            lat, lon = self.random.uniform(47.2, 47.6), self.random.uniform(8.3, 8.8)
        self.locations.append(Location(name, round(lat, 6), round(lon, 6)))
        return len(self.locations) - 1

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def round_minutes(self, low: int, high: int, step: int = 15) -> int:
        """Seconds: a multiple of so many minutes."""
        return self.random.randrange(low, high + 1, step) * MINUTE

    def needed(self, most: int, levels: Sequence[int]) -> dict[str, int]:
        """What a visit asks for: one to ``most`` skills with a level each."""
        names = self.random.sample(SKILLS, self.random.randint(1, most))
        return {name: self.random.choice(levels) for name in sorted(names)}

    def held(self, index: int) -> dict[str, int]:
        """What a technician can do: one skill very well, in turn, so that none is missing, and several besides."""
        names = self.random.sample(SKILLS, self.random.randint(4, 6))
        levels = {name: self.random.choice((1, 2, 2, 3)) for name in sorted(names)}
        return levels | {SKILLS[index % len(SKILLS)]: 3}


def _at(day: int, minutes: int) -> int:
    return MONDAY + day * DAY + minutes * MINUTE


def _lunch(day: int) -> Break:
    return Break("lunch", _at(day, 11 * 60 + 30), _at(day, 13 * 60), 30 * MINUTE)


def _windows(city: _City, days: int) -> tuple[TimeWindow, ...]:
    """The whole working day, half of it, or a slot of two hours; on one day or on the same hours of several."""
    opens, closes = city.random.choice([(7, 18), (7, 18), (8, 12), (12, 17), (8, 10), (10, 12), (13, 15), (15, 17)])
    first = city.random.randrange(days)
    last = first if city.chance(0.6) else days - 1
    return tuple(TimeWindow(_at(day, opens * 60), _at(day, closes * 60)) for day in range(first, last + 1))


# -- plain ----------------------------------------------------------------------------------------------------------


def _plain(city: _City, people: int, count: int) -> Problem:
    visits = tuple(_plain_visit(city, index) for index in range(count))
    technicians = tuple(_plain_technician(city, index) for index in range(people))
    return Problem(tuple(city.locations), {"car": Geodesic(38, 1.3)}, technicians, visits)


def _plain_technician(city: _City, index: int) -> Technician:
    base = city.address(f"base-{index + 1}")
    starts = city.random.choice([7 * 60, 7 * 60 + 30, 8 * 60])
    shift = Shift("mon", _at(0, starts), _at(0, starts + 9 * 60), base, base, HOUR, breaks=(_lunch(0),))
    costs = Costs(per_shift=20, per_travel_hour=36, per_overtime_hour=75)
    return Technician(f"tech-{index + 1}", city.held(index), costs=costs, shifts=(shift,))


def _plain_visit(city: _City, index: int) -> Visit:
    place = city.address(f"address-{index + 1}")
    promise = None
    if city.chance(0.5):
        promise = Promise(_at(0, city.random.randrange(9 * 60, 17 * 60 + 1, 15)), 0, city.random.choice([30, 60, 120]))
    return Visit(
        id=f"visit-{index + 1}",
        location=place,
        duration=city.round_minutes(20, 90, 5),
        windows=_windows(city, 1),
        roles=(Role(city.needed(2, (1, 1, 2)) if city.chance(0.85) else {}),),
        arrive_by=promise,
        drop_cost=city.random.choice([90, 150, 300]),
    )


# -- rich -----------------------------------------------------------------------------------------------------------


def _rich(city: _City, people: int, count: int) -> Problem:
    days = 2 if count < 300 else 3
    names = [f"tech-{index + 1}" for index in range(people)]
    under_way = max(1, people // 8)  # so many technicians are at their first visit, which is committed
    visits: list[Visit] = []
    for index in range(count):
        visits.append(
            _under_way(city, index, names[index])
            if index < min(under_way, count)
            else _rich_visit(city, visits, names, days)
        )
    technicians = []
    for index in range(people):
        committed = (visits[index].id,) if index < min(under_way, count) else ()
        technicians.append(_rich_technician(city, index, days, committed))
    car = Geodesic(38, 1.3)
    van = _measured(city) if len(city.locations) <= MOST_MEASURED else Geodesic(30, 1.4)
    balance = Balance(days * 7 * HOUR, 12.5)
    return Problem(tuple(city.locations), {"car": car, "van": van}, tuple(technicians), tuple(visits), balance)


def _rich_technician(city: _City, index: int, days: int, committed: tuple[str, ...]) -> Technician:
    base = city.address(f"base-{index + 1}")
    ends_anywhere = city.chance(0.15)
    limited = city.chance(0.3)
    on = [day for day in range(days) if city.chance(0.85)] or [city.random.randrange(days)]
    if committed and on[0] != 0:
        on.insert(0, 0)
    shifts = []
    for day in on:
        starts = city.random.choice([6 * 60 + 30, 7 * 60, 8 * 60])
        breaks = [_lunch(day)]
        if city.chance(0.25):
            breaks.append(Break("coffee", _at(day, 14 * 60 + 30), _at(day, 15 * 60 + 30), 15 * MINUTE))
        shifts.append(
            Shift(
                id=f"day-{day + 1}",
                start=_at(day, starts),
                end=_at(day, starts + 9 * 60),
                start_location=base,
                end_location=None if ends_anywhere else base,
                max_overtime=city.random.choice([0, 30 * MINUTE, HOUR]),
                max_duty=9 * HOUR + 15 * MINUTE if limited else None,
                breaks=tuple(breaks),
                committed=committed if day == 0 else (),
            )
        )
    return Technician(
        id=f"tech-{index + 1}",
        skills=city.held(index),
        capacity={part: city.random.choice([1, 2, 2.5, 4]) for part in PARTS if city.chance(0.9)},
        pace=city.random.choice([0.85, 1, 1, 1.2]),
        profile="van" if city.chance(0.4) else "car",
        costs=Costs(20, 36, 0.35, city.random.choice([0, 0, 8]), 75),
        shifts=tuple(shifts),
    )


def _under_way(city: _City, index: int, technician: str) -> Visit:
    """A visit that somebody is at, or on the way to: it stands first there, and has nothing that could forbid it."""
    return Visit(
        id=f"visit-{index + 1}",
        location=city.address(f"address-{index + 1}"),
        duration=city.round_minutes(20, 60, 5),
        drop_cost=400,
        previous=Previous(technician, _at(0, 8 * 60)),
        reassign_cost=50,
    )


def _rich_visit(city: _City, earlier: Sequence[Visit], people: Sequence[str], days: int) -> Visit:
    index = len(earlier)
    place = city.address(f"address-{index + 1}")
    must = city.chance(0.02)
    whole_days = tuple(TimeWindow(_at(day, 7 * 60), _at(day, 18 * 60)) for day in range(days))
    visit = Visit(
        id=f"visit-{index + 1}",
        location=place,
        duration=city.round_minutes(15, 60, 5) if must else city.round_minutes(15, 100, 5),
        windows=whole_days if must else _windows(city, days),
        roles=(Role(city.needed(2, (1, 1, 2)) if city.chance(0.85) and not must else {}),),
        drop_cost=None if must else city.random.choice([90, 150, 300]),
    )
    if must:
        return visit
    if city.chance(0.2):
        visit = replace(visit, demand={city.random.choice(PARTS): city.random.choice([0.5, 1, 1])})
    if city.chance(0.06):
        second = Role({}) if city.chance(0.5) else Role(city.needed(1, (1,)))
        visit = replace(visit, roles=(*visit.roles, second))
    visit = _promises(city, visit, days)
    visit = _people(city, visit, people)
    if city.chance(0.08) and earlier:
        before = earlier[city.random.randrange(max(0, index - 8), index)]
        least = city.round_minutes(0, 60)
        most = least + city.round_minutes(60, 240, 30) if city.chance(0.4) else None
        visit = replace(visit, after=(After(before.id, least, most),))
    return visit


def _promises(city: _City, visit: Visit, days: int) -> Visit:
    due = visit.windows[0].earliest + city.round_minutes(60, 480)
    if city.chance(0.35):
        visit = replace(visit, arrive_by=Promise(due, city.random.choice([0, 0, 25]), city.random.choice([30, 60])))
    if city.chance(0.15):
        late = _at(city.random.randrange(days), 17 * 60)
        visit = replace(visit, complete_by=Promise(late, city.random.choice([0, 40]), city.random.choice([20, 90])))
    return visit


def _people(city: _City, visit: Visit, people: Sequence[str]) -> Visit:
    if city.chance(0.05) and len(visit.roles) == 1:
        visit = replace(visit, only=tuple(city.random.sample(people, min(3, len(people)))))
    elif city.chance(0.06):
        visit = replace(visit, never=(city.random.choice(people),))
    if city.chance(0.15):
        visit = replace(visit, preferred=(city.random.choice(people),), preference_cost=15)
    if city.chance(0.25):
        start = None if city.chance(0.2) else visit.windows[0].earliest + city.round_minutes(0, 240)
        price = 0 if start is None else 10
        before = Previous(city.random.choice(people), start)
        visit = replace(visit, previous=before, reassign_cost=25, cost_per_hour_later=price)
    return visit


def _measured(city: _City) -> Matrix:
    """What vans need and drive between all places: not symmetric, as where some streets are one-way."""
    lat = np.radians([place.lat for place in city.locations])
    lon = np.radians([place.lon for place in city.locations]) * math.cos(math.radians(47.4))
    straight = 6_371_009 * np.hypot(lat[:, None] - lat[None, :], lon[:, None] - lon[None, :])
    detour = np.array([[1.25 + 0.3 * city.random.random() for _ in city.locations] for _ in city.locations])
    metres = np.rint(straight * detour).astype(np.int32)
    seconds = np.rint(metres / (32 / 3.6)).astype(np.int32)
    for table in (metres, seconds):
        table.setflags(write=False)
    return Matrix(seconds, metres)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a problem to a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description="Write a made-up problem.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("visits", type=int, help="how many visits")
    parser.add_argument("out", type=Path, help="file to write, .json or .json.gz")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another problem (default 1)")
    given = parser.parse_args(arguments)
    try:
        problem = generate(given.kind, given.visits, given.seed)
        write_problem(problem, given.out)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    say(f"{problem.name}: {len(problem.visits)} visits, {len(problem.technicians)} technicians, {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
