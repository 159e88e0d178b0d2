"""History: the jobs that came in, each as a day, an hour of the clock on the wall, a territory and a skill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

HOURS = 24

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """What is counted by itself: the jobs of one territory that ask for one skill (several are joined by ``+``)."""

    territory: str
    skill: str


@dataclass(frozen=True)
class History:
    """Jobs of the days ``first`` to ``first + days - 1``, in the time zone of the place, all of them whole days.

    ``which`` (index of the series), ``day`` (days since ``first``) and ``hour`` (0 to 23) have one entry for each job.
    ``minutes``: the mean planned work of a job by skill, for skills where it is known. ``priorities``: by skill, the
    share of each priority among the jobs that said one. What a job says is taken as it is: nobody is counted twice or
    left out here.
    """

    zone: ZoneInfo
    first: dt.date
    days: int
    series: tuple[Series, ...]
    which: Whole
    day: Whole
    hour: Whole
    minutes: Mapping[str, float] = field(default_factory=dict)
    priorities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def date(self, day: int) -> dt.date:
        """The date of a day by its number, which may lie ahead."""
        return self.first + dt.timedelta(days=day)

    @cached_property
    def daily(self) -> Real:
        """Jobs of each series on each day: [series, day]."""
        counted = np.bincount(self.which * self.days + self.day, minlength=len(self.series) * self.days)
        return counted.reshape(len(self.series), self.days).astype(np.float64)

    @cached_property
    def skills(self) -> Whole:
        """The number of the skill of each series, in the order of their names."""
        names = sorted({one.skill for one in self.series})
        return np.array([names.index(one.skill) for one in self.series], dtype=np.int64)

    def hourly(self, start: int, end: int) -> Real:
        """Jobs of each series in each hour of the days from ``start`` to before ``end``: [series, day, hour]."""
        inside = (self.day >= start) & (self.day < end)
        days = end - start
        cells = (self.which[inside] * days + self.day[inside] - start) * HOURS + self.hour[inside]
        counted = np.bincount(cells, minlength=len(self.series) * days * HOURS)
        return counted.reshape(len(self.series), days, HOURS).astype(np.float64)

    def before(self, day: int) -> History:
        """What was known when a day began: everything on earlier days, and nothing else."""
        known = self.day < day
        return History(
            self.zone,
            self.first,
            min(day, self.days),
            self.series,
            self.which[known],
            self.day[known],
            self.hour[known],
            self.minutes,
            self.priorities,
        )
