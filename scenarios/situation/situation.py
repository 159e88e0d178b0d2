"""A situation: who works where, what is asked for, what is promised, and what goes otherwise than planned.

It says nothing of any one day. :mod:`scenarios.simulation` draws days from it, and a scenario's changes make another
situation of it (:mod:`scenarios.situation.changes`). Times of day are minutes after local midnight, durations seconds
unless said otherwise, and everything is frozen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from dispatch.domain.calendars import DAYS, Calendar, calendar_of
from dispatch.store.tables import Priority
from optimizer.domain import Costs, IntMatrix
from scenarios.situation.added import LATER, NO_PART
from scenarios.situation.expected import Expected
from scenarios.situation.record import Record
from scenarios.situation.stock import Stock
from scenarios.situation.ways import Ways

NO_COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Place:
    """A site or a base, in degrees (WGS 84), with the territory that it lies in."""

    id: str
    lat: float
    lon: float
    territory: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A break of a working day, in minutes after midnight: it starts from ``earliest`` to ``latest``."""

    id: str
    earliest: int
    latest: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Person:
    """A technician and their week. ``start``, ``end`` and ``max_overtime`` in minutes; an ``end`` beyond 24 hours is on
    the next day. ``days``: 0 is Monday. ``home``: index of their base among the places. ``later``: so many minutes
    later they stop on each day from Monday on; empty: never.
    """

    id: str
    territory: str
    home: int
    skills: Mapping[str, int]
    start: int = 480
    end: int = 1020
    max_overtime: int = 45
    rests: tuple[Rest, ...] = ()
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    pace: float = 1.0
    senior: bool = False
    costs: Costs = NO_COSTS
    later: tuple[int, ...] = field(default=(), metadata=LATER)

    def ends_on(self, day: int) -> int:
        """When their shift of a day of the week ends, in minutes of that day; 0 is Monday."""
        return self.end + (self.later[day] if self.later else 0)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work. ``share`` is its weight among all kinds, ``minutes`` the least, the usual and the most. ``crew``:
    what each further member of a crew must bring; empty where one does it alone.
    """

    name: str
    share: float
    skills: Mapping[str, int]
    minutes: tuple[float, float, float]
    crew: tuple[Mapping[str, int], ...] = field(default=(), metadata=LATER)


@dataclass(frozen=True, slots=True)
class Terms:
    """One promise: so many seconds of its calendar's time, and what missing it costs, once and for each hour."""

    within: int
    breach_cost: float = 0.0
    cost_per_hour_late: float = 0.0


@dataclass(frozen=True, slots=True)
class Urgency:
    """What is promised to jobs of one priority, and their share. ``around_the_clock``: nights count as well."""

    priority: Priority
    share: float
    on_site: Terms | None = None
    resolve: Terms | None = None
    around_the_clock: bool = False


@dataclass(frozen=True, slots=True)
class Growth:
    """More or less demand, everywhere or for some of it only."""

    factor: float
    territory: str | None = None
    skill: str | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """How many jobs come in. ``hours``: weight of each hour of the day; ``weekdays``: factor of each day from Monday.

    ``growth`` multiplies the rate of the jobs that it names.
    """

    jobs_per_day: float
    hours: tuple[float, ...]
    weekdays: tuple[float, ...] = (1, 1, 1, 1, 1, 0, 0)
    growth: tuple[Growth, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a day departs from its plan.

    ``work`` and ``travel`` are the standard deviations of the logarithm of what really is taken over what was planned,
    whose mean is 1; ``memoryless`` makes service times exponential instead. The others are probabilities, but for
    ``late_start`` (seconds at most) and ``reaction`` (seconds, least and most, until somebody accepts on the phone).
    ``comes_again``: seconds after which a visit that came to nothing is agreed on anew.
    """

    work: float = 0.2
    travel: float = 0.16
    memoryless: bool = False
    no_show: float = 0.03
    incomplete: float = 0.05
    illness: float = 0.02
    late_start: int = 300
    reaction: tuple[int, int] = (60, 480)
    comes_again: int = 3600


@dataclass(frozen=True)
class Situation:
    """All of it. ``seconds`` and ``metres`` hold travel between the places, ``[from, to]``; sites are the places whose
    indexes ``sites`` lists. ``office``: the local hours in which promises of office time count, by day of the week.
    ``record``: what is known of certain days; the days that it covers are not drawn. ``expected``: what a forecast says
    of certain days, in place of ``demand``. ``stock``: which parts are needed and carried; without it none is ever
    missing. ``ways``: how a new place would be measured, where that is known; it says
    nothing of the situation as it is, and is no part of its digest.
    """

    name: str
    zone: ZoneInfo
    places: tuple[Place, ...]
    sites: tuple[int, ...]
    seconds: IntMatrix
    metres: IntMatrix
    people: tuple[Person, ...]
    kinds: tuple[Kind, ...]
    urgencies: tuple[Urgency, ...]
    demand: Demand
    spread: Spread = Spread()
    office: Mapping[str, tuple[tuple[str, str], ...]] = field(
        default_factory=lambda: dict.fromkeys(DAYS[:5], (("08:00", "18:00"),))
    )
    kg_co2_per_km: float = 0.2
    record: Record | None = None
    expected: Expected | None = None
    stock: Stock | None = field(default=None, metadata=LATER)
    ways: Ways | None = field(default=None, metadata=NO_PART)

    @cached_property
    def office_hours(self) -> Calendar:
        """When office time counts."""
        return calendar_of(self.zone.key, self.office)

    @cached_property
    def territories(self) -> tuple[str, ...]:
        """The names of all territories, sorted."""
        return tuple(sorted({place.territory for place in self.places}))

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """The names of all skills that somebody holds or some work asks for, sorted."""
        held = {skill for person in self.people for skill in person.skills}
        return tuple(sorted(held | {skill for kind in self.kinds for skill in kind.skills}))

    def person(self, name: str) -> Person:
        """The technician of this id. Raises :class:`KeyError`."""
        return self._people[name]

    @cached_property
    def _people(self) -> Mapping[str, Person]:
        return {person.id: person for person in self.people}

    def instant(self, date: dt.date, minutes: float) -> int:
        """Epoch seconds at so many minutes after local midnight of a day, by the clock on the wall."""
        clock = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=minutes)
        return int(clock.replace(tzinfo=self.zone).timestamp())

    def due(self, received: int, terms: Terms, urgency: Urgency) -> int:
        """When a promise to a job that came in at an instant is due (epoch seconds)."""
        if urgency.around_the_clock:
            return received + terms.within
        at = dt.datetime.fromtimestamp(received, dt.UTC)
        return int(self.office_hours.after(at, terms.within).timestamp())
