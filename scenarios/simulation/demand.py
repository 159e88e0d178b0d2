"""Jobs as they come in: a Poisson process whose rate follows the hour, the weekday, and what a scenario changes.

Each day's candidates are drawn at a rate that no scenario may exceed, and then thinned (Lewis and Shedler, 1979): a
candidate is a job where its mark lies below the rate of its hour. So a scenario with a fifth more demand has every job
that the situation has without it, and some more: what differs between the two are those jobs alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.store.tables import Priority
from optimizer.domain import Promise
from scenarios.simulation.expecting import ExpectedDemand
from scenarios.simulation.streams import Streams
from scenarios.situation.record import Skills, Windows
from scenarios.situation.situation import Demand, Kind, Situation, Terms, Urgency

HEADROOM = 4.0
"""No scenario has more than so many times the demand of its situation, in any place or hour."""
_SHORTEST = 5 * 60


@dataclass(frozen=True, slots=True)
class Job:
    """What a customer asked for. Instants in epoch seconds; ``duration`` is what is planned, at a pace of 1.

    ``windows``: when service may start, at any time where there are none. ``only``, ``never`` and ``preferred``:
    technicians. ``after``: the visit that has to be over before this one starts, and how long before (seconds).
    ``known``: when the desk hears of it, where that is not when it comes in. ``crew``: what each further member of a
    crew must bring.
    """

    id: str
    received: int
    site: int
    territory: str
    kind: str
    skills: tuple[tuple[str, int], ...]
    priority: Priority
    duration: int
    on_site: Promise | None
    resolve: Promise | None
    windows: Windows = ()
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    after: tuple[str, int] | None = None
    known: int | None = None
    crew: tuple[Skills, ...] = ()


class DemandOf:
    """Draws the jobs of a situation, day by day."""

    def __init__(self, situation: Situation, streams: Streams) -> None:
        self.situation, self.streams = situation, streams
        self._hourly = _hourly(situation.demand)
        self._ceiling = HEADROOM * float(self._hourly.max())
        self._kinds = np.cumsum([kind.share for kind in situation.kinds])
        self._urgencies = np.cumsum([urgency.share for urgency in situation.urgencies])
        self._expected = None if situation.expected is None else ExpectedDemand(situation, situation.expected)

    def day(self, date: dt.date) -> Iterator[Job]:
        """The jobs that come in on a day, in the order in which they do. A job keeps its id in every scenario."""
        generator = self.streams.of("demand", date.isoformat())
        hourly, ceiling = self._rates(date)
        count = int(generator.poisson(24 * ceiling))
        hours = np.sort(generator.random(count)) * 24
        draws = generator.random((5, count))
        rates = hourly[hours.astype(int)]
        kept = np.flatnonzero(draws[0] * ceiling < rates * _most(self.situation.demand))
        for number in kept.tolist():
            mark, kind, urgency, site, length = draws[:, number].tolist()
            job = self._job(f"{date:%y%m%d}-{number:04d}", date, float(hours[number]), kind, urgency, site, length)
            if mark * ceiling < rates[number] * growth_of(self.situation.demand, job):
                yield job

    def _rates(self, date: dt.date) -> tuple[NDArray[np.float64], float]:
        """Jobs in each hour of a day without any growth, and the rate that no scenario may exceed."""
        if self._expected is not None and self._expected.expected.covers(date):
            hourly = self._expected.rates(date, self.streams)
            return hourly, HEADROOM * float(hourly.max())
        return self._hourly[date.weekday()], self._ceiling

    def _what(self, date: dt.date, hour: float, kind: float, urgency: float, site: float) -> tuple[Kind, Urgency, int]:
        """What work, how urgent and where."""
        if self._expected is not None and self._expected.expected.covers(date):
            return self._expected.drawn(date, int(hour), kind, urgency, site)
        situation = self.situation
        work = situation.kinds[_drawn(self._kinds, kind)]
        promised = situation.urgencies[_drawn(self._urgencies, urgency)]
        return work, promised, situation.sites[int(site * len(situation.sites))]

    def _job(self, name: str, date: dt.date, hour: float, kind: float, urgency: float, site: float, at: float) -> Job:
        situation = self.situation
        work, promised, place = self._what(date, hour, kind, urgency, site)
        received = situation.instant(date, hour * 60)
        return Job(
            id=name,
            received=received,
            site=place,
            territory=situation.places[place].territory,
            kind=work.name,
            skills=tuple(sorted(work.skills.items())),
            crew=tuple(tuple(sorted(one.items())) for one in work.crew),
            priority=promised.priority,
            duration=_planned(work, at),
            on_site=self._promise(received, promised.on_site, promised),
            resolve=self._promise(received, promised.resolve, promised),
        )

    def _promise(self, received: int, terms: Terms | None, urgency: Urgency) -> Promise | None:
        if terms is None:
            return None
        return Promise(self.situation.due(received, terms, urgency), terms.breach_cost, terms.cost_per_hour_late)


def _hourly(demand: Demand) -> NDArray[np.float64]:
    """Jobs an hour without any growth: [weekday, hour]."""
    hours = np.asarray(demand.hours, dtype=float)
    return demand.jobs_per_day * np.outer(demand.weekdays, hours / hours.sum())


def _drawn(cumulated: NDArray[np.float64], share: float) -> int:
    return int(np.searchsorted(cumulated, share * cumulated[-1], side="right"))


def _planned(kind: Kind, share: float) -> int:
    """The quantile of the triangular distribution of a kind's minutes, in whole seconds."""
    least, usual, most = kind.minutes
    width = most - least
    if width <= 0:
        return round(usual * 60)
    rising = (usual - least) / width
    if share < rising:
        minutes = least + (share * width * (usual - least)) ** 0.5
    else:
        minutes = most - ((1 - share) * width * (most - usual)) ** 0.5
    return max(_SHORTEST, round(float(minutes)) * 60)


def growth_of(demand: Demand, job: Job) -> float:
    """By how much a scenario multiplies the demand for such a job."""
    factor = 1.0
    for one in demand.growth:
        concerned = one.territory in (None, job.territory) and one.priority in (None, job.priority)
        if concerned and (one.skill is None or one.skill in dict(job.skills)):
            factor *= one.factor
    return factor


def _most(demand: Demand) -> float:
    """More than any job's growth can be."""
    most = 1.0
    for one in demand.growth:
        most *= max(1.0, one.factor)
    return most
