"""What is expected to come in on certain days, in place of a situation's own demand.

It is what a forecast says (:mod:`scenarios.situation.expecting` puts it into a situation).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.store.tables import Priority


@dataclass(frozen=True, slots=True)
class ExpectedPart:
    """The jobs of one territory for one skill (several are joined by ``+``). ``rates``: jobs in each hour of each day,
    [day][hour]; ``priorities``: the share of each, or nothing where it is the situation's own.
    """

    territory: str
    skill: str
    rates: tuple[tuple[float, ...], ...]
    priorities: tuple[tuple[Priority, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """The days from ``first`` on, so many of them. ``busy``: how far whole days differ by chance from what is expected:
    the variance of the factor, of mean 1, that all rates of a day have in common.
    """

    first: dt.date
    days: int
    busy: float
    parts: tuple[ExpectedPart, ...]

    def covers(self, date: dt.date) -> bool:
        """Whether it says what is expected on a day."""
        return 0 <= (date - self.first).days < self.days

    @property
    def last(self) -> dt.date:
        """The last day that it covers."""
        return self.first + dt.timedelta(days=self.days - 1)

    @property
    def jobs_per_day(self) -> float:
        """How many jobs are expected on a day in the mean."""
        return sum(sum(map(sum, part.rates)) for part in self.parts) / self.days
