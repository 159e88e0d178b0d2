"""How many technicians the work of a forecast asks for, by skill and hour: what a shift plan has to provide.

The day is one as busy as a quantile says: of a skill's work on that day, in one territory or in all. Its jobs come in
over the hours as expected, each with the mean work of its skill, to which driving is added. What comes in is done in
the opening hours that follow, as much in each of them. Technicians are rounded up, each skill by itself: who holds two
of them is counted for both, and how well it goes, a scenario tells.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.invalid import InvalidInput, shown
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.forecast import Forecast
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import HOURS, Real

USUAL_MINUTES = 60.0
"""The work of a job of which nobody says how long it takes."""


@dataclass(frozen=True, slots=True)
class Provision:
    """How work becomes technicians.

    ``quantile``: how busy a day is provided for, one of :data:`SHARES`. ``travel``: the share of driving in all work.
    ``utilisation``: the share of a shift that may be work. ``opens``, ``closes``: hours; ``weekdays``: days on which
    somebody works, 0 is Monday. ``within``: opening hours over which the work of a job may be spread. ``minutes``: by
    skill, instead of what the forecast knows.
    """

    quantile: float = 0.9
    travel: float = 0.25
    utilisation: float = 0.85
    opens: int = 0
    closes: int = HOURS
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    within: int = 4
    by_territory: bool = False
    minutes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """What one hour asks for. ``jobs``: that come in, on a day that busy; ``hours``: of work, driving included, that
    are to be done in it; ``technicians``: rounded up.
    """

    date: dt.date
    hour: int
    territory: str | None
    skill: str
    expected: float
    jobs: float
    hours: float
    technicians: int


def needs(forecast: Forecast, provision: Provision) -> list[Need]:
    """What every hour asks for, by date, hour, territory and skill.

    Raises :class:`InvalidInput` for a skill that the forecast does not have.
    """
    by = "territory and skill" if provision.by_territory else "skill"
    keys = GRAINS[f"{by} by hour"].keys(forecast.series)
    _refuse_unknown(provision.minutes, {skill for _, skill in keys if skill is not None})
    expected = forecast.expected(f"{by} by hour")
    daily = forecast.quantiles(f"{by} by day")[SHARES.index(provision.quantile)]
    total = expected.sum(axis=2, keepdims=True)
    jobs = expected * np.divide(daily, total, out=np.zeros_like(total), where=total > 0)
    open_hours = _open(forecast, provision)
    found: list[Need] = []
    for at, (territory, skill) in enumerate(keys):
        assert skill is not None
        per_job = provision.minutes.get(skill, forecast.minutes.get(skill, USUAL_MINUTES)) / 60 / (1 - provision.travel)
        work = _done(jobs[at] * per_job, open_hours, provision.within)
        for day, date in enumerate(forecast.dates()):
            for hour in range(HOURS):
                people = math.ceil(round(work[day, hour] / provision.utilisation, 9))
                numbers = float(expected[at, day, hour]), float(jobs[at, day, hour]), float(work[day, hour])
                found.append(Need(date, hour, territory, skill, *numbers, people))
    return sorted(found, key=lambda one: (one.date, one.hour, one.territory or "", one.skill))


def unknown_minutes(forecast: Forecast, provision: Provision) -> list[str]:
    """The skills of which nobody says how long their work takes."""
    return sorted({one.skill for one in forecast.series} - forecast.minutes.keys() - provision.minutes.keys())


def _open(forecast: Forecast, provision: Provision) -> NDArray[np.bool_]:
    """Whether somebody works: [day, hour]."""
    hours = np.array([provision.opens <= hour < provision.closes for hour in range(HOURS)])
    days = np.array([date.weekday() in provision.weekdays for date in forecast.dates()])
    found: NDArray[np.bool_] = np.logical_and.outer(days, hours)
    return found


def _done(work: Real, open_hours: NDArray[np.bool_], within: int) -> Real:
    """When work that comes in is done, [day, hour]: in the next ``within`` opening hours, as much in each. What comes
    in before the end and would be done after it is not seen any more.
    """
    slots = np.flatnonzero(open_hours.ravel())
    done = np.zeros(work.size)
    for at, hours in enumerate(work.ravel()):
        first = int(np.searchsorted(slots, at))
        done[slots[first : first + within]] += hours / within
    return done.reshape(work.shape)


def _refuse_unknown(minutes: Mapping[str, float], skills: set[str]) -> None:
    for skill in minutes:
        if skill not in skills:
            remedy = f"the forecast has {', '.join(sorted(skills))}"
            raise InvalidInput(f"--minutes {skill}", shown(skill), "is no skill of the forecast", remedy)
