"""A situation made up from a seed: a round town, its technicians, and what its customers ask for.

It is the ground of scenarios that anybody can run anywhere, and of tests. The same fields give the same situation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.store.tables import Priority
from optimizer.domain import Costs
from scenarios.situation.crews import with_crews
from scenarios.situation.situation import Demand, Kind, Person, Place, Rest, Situation, Spread, Terms, Urgency
from scenarios.situation.ways import METRES_PER_DEGREE, CrowDrives, Ways

_HOUR = 3600
_MIDDLE = (-29.93, -71.28)

OFFICE_DAY = (0, 0, 0, 0, 0, 0, 1, 4, 10, 12, 11, 9, 7, 7, 8, 8, 7, 5, 3, 2, 1, 1, 0, 0)
"""When people ring: the weight of each hour of a working day."""

SKILLS = ("gas", "electrical", "fibre", "pumps")

KINDS = (
    Kind("gas boiler fault", 22, {"gas": 1}, (20, 40, 80)),
    Kind("gas leak alarm", 6, {"gas": 2}, (20, 40, 70)),
    Kind("circuit trips", 20, {"electrical": 1}, (20, 40, 75)),
    Kind("switchboard renewal", 8, {"electrical": 2}, (45, 75, 110)),
    Kind("fibre connection", 18, {"fibre": 1}, (25, 45, 70)),
    Kind("fibre line fault", 8, {"fibre": 2}, (25, 50, 80)),
    Kind("pump noise", 14, {"pumps": 1}, (20, 40, 65)),
    Kind("pressure set failure", 4, {"pumps": 2}, (35, 60, 95)),
)

CREW_KINDS = (
    Kind("boiler exchange", 3, {"gas": 2}, (60, 80, 110), ({"gas": 1},)),
    Kind("distribution board exchange", 3, {"electrical": 2}, (60, 80, 105), ({"electrical": 1},)),
    Kind("cable pull", 2, {"fibre": 2}, (50, 70, 95), ({"fibre": 1},)),
    Kind("pump lift", 2, {"pumps": 2}, (50, 65, 85), ({"pumps": 1},)),
)
"""Work for two, where a town has any."""

TOWN_PARTS = (
    "gas boiler fault",
    "circuit trips",
    "switchboard renewal",
    "fibre connection",
    "pump noise",
    *(one.name for one in CREW_KINDS),
)
"""The kinds of work that use parts."""

URGENCIES = (
    Urgency(
        Priority.CRITICAL,
        6,
        on_site=Terms(90 * 60, 250, 150),
        resolve=Terms(4 * _HOUR, 100, 60),
        around_the_clock=True,
    ),
    Urgency(Priority.HIGH, 20, resolve=Terms(6 * _HOUR, 30, 50)),
    Urgency(Priority.NORMAL, 50, resolve=Terms(12 * _HOUR, 12, 20)),
    Urgency(Priority.LOW, 24, resolve=Terms(54 * _HOUR, 6, 4)),
)


@dataclass(frozen=True, slots=True)
class Town:
    """What a generated situation is made from. ``radius_km``: two thirds of its sites lie within it. ``crews``: the
    share of its jobs that need two technicians.
    """

    seed: int = 1
    technicians: int = 8
    jobs_per_day: float = 45.0
    sites: int = 240
    radius_km: float = 5.0
    speed_kmh: float = 32.0
    detour: float = 1.35
    zone: str = "America/Santiago"
    crews: float = 0.0


def generated(town: Town, spread: Spread | None = None) -> Situation:
    """The situation of a town."""
    generator = np.random.default_rng([town.seed, 8])
    count = town.sites + town.technicians
    offsets = np.clip(generator.normal(0, town.radius_km * 1000, (count, 2)), -3000 * town.radius_km, None)
    offsets = np.minimum(offsets, 3000 * town.radius_km)
    lat = np.round(_MIDDLE[0] + offsets[:, 0] / METRES_PER_DEGREE, 6)
    lon = np.round(_MIDDLE[1] + offsets[:, 1] / (METRES_PER_DEGREE * np.cos(np.radians(_MIDDLE[0]))), 6)
    places = tuple(
        Place(f"P{at:04d}", float(north), float(east), "north" if north >= _MIDDLE[0] else "south")
        for at, (north, east) in enumerate(zip(lat.tolist(), lon.tolist(), strict=True))
    )
    law = CrowDrives(float(lat.mean()), town.speed_kmh, town.detour)
    points = list(zip(lat.tolist(), lon.tolist(), strict=True))
    seconds, metres = law.measured(points, points)
    return Situation(
        name=f"a generated town, seed {town.seed}",
        zone=ZoneInfo(town.zone),
        places=places,
        sites=tuple(range(town.technicians, count)),
        seconds=seconds,
        metres=metres,
        people=tuple(_person(number, places[number]) for number in range(town.technicians)),
        kinds=with_crews(KINDS, CREW_KINDS, town.crews),
        urgencies=URGENCIES,
        demand=Demand(town.jobs_per_day, OFFICE_DAY),
        spread=spread or Spread(),
        ways=Ways(law),
    )


def _person(number: int, home: Place) -> Person:
    """Everybody has two trades; one of three is senior in one of them, one of four begins later."""
    first, second = SKILLS[number % len(SKILLS)], SKILLS[(number + 1 + number // len(SKILLS)) % len(SKILLS)]
    senior = number % 3 != 2
    late = number % 4 == 3
    start = 660 if late else 480
    return Person(
        id=f"T{number + 1:02d}",
        territory=home.territory,
        home=number,
        skills=_levels((first, 2), (second, 2 if senior else 1)),
        start=start,
        end=start + 540,
        rests=(Rest("lunch", start + 225, start + 315, 45),),
        senior=senior,
        costs=Costs(per_shift=40, per_travel_hour=24, per_km=0.25, per_overtime_hour=36),
    )


def _levels(*held: tuple[str, int]) -> Mapping[str, int]:
    levels: dict[str, int] = {}
    for skill, level in held:
        levels[skill] = max(level, levels.get(skill, 0))
    return levels
