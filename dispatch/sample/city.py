"""One working day of a service company in La Serena and Coquimbo (Chile), as a planning problem.

Streets and travel times are those of the OpenStreetMap extract beside this file (© OpenStreetMap contributors, ODbL;
made from the example network that comes with the aequilibrae package); people, customers and house numbers are
invented. The same seed and date give the same problem, to the last byte.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.sample.evening import with_evening_plan
from dispatch.sample.people import PEOPLE, Person
from dispatch.sample.places import Place, draw_places
from dispatch.sample.work import CREW_KINDS, CRITICAL, FOLLOW_UPS, HIGH, KINDS, LOW, NORMAL, URGENCIES, Kind, Urgency
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import (
    After,
    Break,
    Costs,
    Location,
    Matrix,
    Problem,
    Promise,
    Role,
    Shift,
    Technician,
    TimeWindow,
    Visit,
)

EXTRACT = Path(__file__).with_name("coquimbo.osm.pbf")
TIME_ZONE = ZoneInfo("America/Santiago")
# A Tuesday in early summer.
SAMPLE_DATE = dt.date(2026, 11, 24)

VISITS = 120
OUTSKIRTS = 0.05
KNOWN_SINCE_YESTERDAY = 0.6
REASSIGN_COST, COST_PER_HOUR_LATER = 8.0, 5.0
PREFERENCE_COST = 25.0
HOUR = 60

# Starts of service that customers are offered, in minutes after midnight.
APPOINTMENTS = ((8, 10), (9, 11), (10, 12), (11, 13), (13, 15), (14, 16), (15, 17), (16, 18), (17, 19))
HALF_DAYS = ((8, 12.5), (13, 18))
ALL_DAY = (7.5, 18.5)

# Of the customers at home all day, the share that was told by when the work would be done.
SAID_A_TIME = 0.75


def sample_day(seed: int = 1, date: dt.date = SAMPLE_DATE, network: RoadNetwork | None = None) -> Problem:
    """Fourteen technicians and 120 visits on real streets, with the travel table of the road network.

    ``network`` saves building it again where it is there already; it must be that of :data:`EXTRACT`.
    """
    return drawn_day(seed, date, network).problem


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A day as it was drawn: the problem, and of each visit the kind of work and how urgent it is."""

    date: dt.date
    problem: Problem
    kinds: Mapping[str, Kind]
    urgencies: Mapping[str, Urgency]


def drawn_day(seed: int = 1, date: dt.date = SAMPLE_DATE, network: RoadNetwork | None = None) -> DrawnDay:
    """The day of :func:`sample_day` with what was drawn to make it."""
    network = network or RoadNetwork.from_extract(EXTRACT)
    day = _Day(seed, date, network)
    return DrawnDay(date, day.problem(), day.kinds, day.urgencies)


class _Day:
    """One day being made up. Every choice is drawn from one generator, in a fixed order."""

    def __init__(self, seed: int, date: dt.date, network: RoadNetwork) -> None:
        self.generator = np.random.default_rng((date.toordinal(), seed))
        self.date = date
        self.network = network
        self.kinds: dict[str, Kind] = {}
        self.urgencies: dict[str, Urgency] = {}
        midnight = dt.datetime.combine(date, dt.time(), TIME_ZONE)
        offset = (midnight + dt.timedelta(hours=12)).utcoffset()
        self.utc_offset = int(offset.total_seconds()) if offset else 0

    def problem(self) -> Problem:
        """Draw the addresses, the people and the visits, and measure the ways between them."""
        graph, generator = self.network.graph, self.generator
        homes = draw_places(graph, len(PEOPLE), generator)
        sites = draw_places(graph, VISITS - len(FOLLOW_UPS), generator, OUTSKIRTS)
        taken = {home.name for home in homes}
        sites = [site if site.name not in taken else _next_door(site) for site in sites]
        places = [*homes, *sites]
        durations, distances = self.network.table([(place.lat, place.lon) for place in places])
        technicians = tuple(self._technician(person, index) for index, person in enumerate(PEOPLE))
        visits, known = self._visits(len(homes), len(sites))
        visits = self._with_people(visits, technicians)
        return Problem(
            locations=tuple(Location(place.name, place.lat, place.lon) for place in places),
            travel={"car": Matrix(durations, distances)},
            technicians=technicians,
            visits=with_evening_plan(visits, known, technicians, durations, REASSIGN_COST, COST_PER_HOUR_LATER),
            name=f"La Serena–Coquimbo, {self.date.isoformat()}",
        )

    def _instant(self, minutes: float) -> int:
        """Seconds since the epoch at so many minutes after local midnight, by the clock on the wall."""
        clock = dt.datetime.combine(self.date, dt.time(), dt.UTC) + dt.timedelta(minutes=minutes)
        return int(clock.replace(tzinfo=TIME_ZONE).timestamp())

    def _technician(self, person: Person, home: int) -> Technician:
        day = person.day
        shift = Shift(
            id=day.id,
            start=self._instant(day.start),
            end=self._instant(day.end),
            start_location=home,
            end_location=home,
            max_overtime=person.overtime * 60,
            max_duty=None if person.duty is None else person.duty * 60,
            breaks=tuple(
                Break(name, self._instant(earliest), self._instant(latest), length * 60)
                for name, earliest, latest, length in day.breaks
            ),
            utc_offset=self.utc_offset,
        )
        return Technician(
            id=person.name,
            skills=dict(person.skills),
            capacity={part: float(quantity) for part, quantity in person.parts.items()},
            pace=person.pace,
            costs=Costs(
                per_shift=40, per_travel_hour=person.hourly, per_km=0.25, per_overtime_hour=1.5 * person.hourly
            ),
            shifts=(shift,),
        )

    def _visits(self, first_site: int, sites: int) -> tuple[list[Visit], list[bool]]:
        """The day's visits in the order of their numbers, and which of them were known yesterday evening."""
        generator = self.generator
        singles = _apportioned([kind.weight for kind in KINDS], sites - len(CREW_KINDS))
        kinds = [*CREW_KINDS, *(KINDS[index] for index in singles)]
        order = generator.permutation(sites).tolist()
        urgencies = [URGENCIES[index] for index in _apportioned([urgency.weight for urgency in URGENCIES], sites)]
        urgencies = [urgencies[index] for index in generator.permutation(sites).tolist()]
        number = int(generator.integers(1010, 1030))
        visits: list[Visit] = []
        known: list[bool] = []
        pending = list(FOLLOW_UPS)
        for index in order:
            kind, urgency = kinds[index], urgencies[index]
            if kind.crew is not None and urgency in (CRITICAL, LOW):
                urgency = NORMAL
            if kind.name == "gas leak alarm":
                urgency = CRITICAL if urgency is HIGH else HIGH
            follow_up = next((entry for entry in pending if entry[0] == kind.name and urgency is NORMAL), None)
            number += int(generator.integers(1, 4))
            first = self._visit(f"J-{number}", first_site + index, kind, urgency, with_window=follow_up is None)
            visits.append(first)
            known.append(bool(generator.random() < KNOWN_SINCE_YESTERDAY) and urgency is not CRITICAL)
            if follow_up is not None:
                pending.remove(follow_up)
                number += 1
                after = After(first.id, follow_up[2] * 60, None if follow_up[3] is None else follow_up[3] * 60)
                visits.append(
                    self._visit(f"J-{number}", first.location, follow_up[1], NORMAL, with_window=False, after=(after,))
                )
                known.append(False)
        return visits, known

    def _visit(
        self,
        name: str,
        location: int,
        kind: Kind,
        urgency: Urgency,
        *,
        with_window: bool,
        after: tuple[After, ...] = (),
    ) -> Visit:
        generator = self.generator
        self.kinds[name], self.urgencies[name] = kind, urgency
        low, usual, high = kind.minutes
        minutes = 5 * round(generator.triangular(low, usual, high) / 5)
        form = generator.random()
        earliest, latest = ALL_DAY
        if urgency is not CRITICAL and with_window:
            if form < 0.42:
                earliest, latest = APPOINTMENTS[generator.integers(len(APPOINTMENTS))]
            elif form < 0.72:
                earliest, latest = HALF_DAYS[generator.integers(len(HALF_DAYS))]
        roles = (Role(dict(kind.skills)),) + ((Role(dict(kind.crew)),) if kind.crew is not None else ())
        arrive_by, complete_by = self._promises(urgency, earliest, latest, minutes)
        return Visit(
            id=name,
            location=location,
            duration=minutes * 60,
            windows=(TimeWindow(self._instant(earliest * HOUR), self._instant(latest * HOUR)),),
            demand={part: float(quantity) for part, quantity in kind.parts.items()},
            roles=roles,
            arrive_by=arrive_by,
            complete_by=complete_by,
            drop_cost=round(len(roles) * (urgency.drop + urgency.drop_per_hour * minutes / 60), 2),
            after=after,
        )

    def _promises(
        self, urgency: Urgency, earliest: float, latest: float, minutes: int
    ) -> tuple[Promise | None, Promise | None]:
        """What the customer was promised: on site by, and done by. Never before it could be kept at all."""
        drawn = float(self.generator.uniform())
        if urgency is CRITICAL:
            by = 8.5 + round(drawn * 10) / 2  # 08:30 to 13:30
        elif urgency is HIGH:
            by = max(earliest + 0.5, min(latest, 9.5 + round(drawn * 10) / 2)) + minutes / 60
        elif (earliest, latest) == ALL_DAY and drawn < SAID_A_TIME:
            by = 9.5 + round(drawn * 16) / 2 + minutes / 60  # from 09:30 to 15:30
        else:
            by = min(latest, 18.0) + minutes / 60
        arrive = complete = None
        if urgency.arrive is not None:
            arrive = Promise(self._instant(by * HOUR), *urgency.arrive)
            by += (minutes + 30) / 60
        if urgency.complete is not None:
            complete = Promise(self._instant(5 * round(by * HOUR / 5)), *urgency.complete)
        return arrive, complete

    def _with_people(self, visits: list[Visit], technicians: Sequence[Technician]) -> list[Visit]:
        """Some customers ask for somebody they know, some would rather not see somebody again."""
        return [self._with_wishes(visit, technicians) for visit in visits]

    def _with_wishes(self, visit: Visit, technicians: Sequence[Technician]) -> Visit:
        generator = self.generator
        wish, pick = generator.random(), generator.random()
        able = [
            technician.id
            for technician in technicians
            if all(technician.skills.get(skill, 0) >= level for skill, level in visit.roles[0].skills.items())
        ]
        if len(visit.roles) > 1 or len(able) < 2:
            return visit
        somebody = able[int(pick * len(able))]
        if wish < 0.08:
            return replace(visit, preferred=(somebody,), preference_cost=PREFERENCE_COST)
        if wish < 0.13 and len(able) > 2:
            return replace(visit, never=(somebody,))
        return visit


def _apportioned(weights: Sequence[float], count: int) -> list[int]:
    """``count`` indices, each as often as its weight says: every day has its usual mix, and about as much to do."""
    steps = np.cumsum(weights) / sum(weights)
    return [int(index) for index in np.searchsorted(steps, (np.arange(count) + 0.5) / count)]


def _next_door(place: Place) -> Place:
    street, number = place.name.rsplit(" ", 1)
    return Place(f"{street} {int(number) + 2}", place.lat, place.lon)
