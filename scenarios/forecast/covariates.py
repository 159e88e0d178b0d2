"""Covariates: numbers that a day has besides its date, such as the temperature, read from a CSV file.

They are known beforehand for some days only. Further ahead, what is usual at that time of the year takes their place,
and it does so as well where past forecasts are made again to be judged, so that nobody is credited with knowing the
weather of next month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.forecast.history import Real

KNOWN_DAYS = 7
_AROUND = 15
"""What is usual on a day is the mean of days at most so far away from it in the calendar, in all years before,"""
_LATELY = 28
"""or of the last days where no year is known."""
_YEAR = 366
_FURTHEST = 3.0
"""Standard deviations: what is further out than this counts as this."""


@dataclass(frozen=True)
class Covariates:
    """``names`` of the columns and ``values`` of days, ``first`` being their first day: [day, column], NaN where
    nothing is known. They are taken as known for ``known_days`` from the origin of a forecast on.
    """

    names: tuple[str, ...]
    first: dt.date
    values: Real
    known_days: int = KNOWN_DAYS

    def standardised(self, dates: Sequence[dt.date], origin: int) -> Real:
        """What is known, or else usual, of dates of which that at ``origin`` is the first one ahead: [day, column],
        with a mean of 0 and a deviation of 1 before the origin, beside it the square less 1, as heat and cold may both
        matter.
        """
        found = self._of(dates)
        found[origin + self.known_days :] = np.nan
        middle, spread = _mean(found[:origin]), _deviation(found[:origin])
        filled = np.where(np.isnan(found), self._usual(dates, dates[origin - 1]), found)
        scaled = np.clip((filled - middle) / spread, -_FURTHEST, _FURTHEST)
        return np.hstack([scaled, np.square(scaled) - 1])

    def missing(self, dates: Sequence[dt.date]) -> int:
        """On how many of these dates something is not known."""
        return int(np.isnan(self._of(dates)).any(axis=1).sum())

    def _of(self, dates: Sequence[dt.date]) -> Real:
        found = np.full((len(dates), len(self.names)), np.nan)
        for row, date in enumerate(dates):
            at = (date - self.first).days
            if 0 <= at < len(self.values):
                found[row] = self.values[at]
        return found

    def _usual(self, dates: Sequence[dt.date], last: dt.date) -> Real:
        """What is usual on each of these dates, by what was known up to ``last``: [day, column]."""
        known = self.values[: max(0, (last - self.first).days + 1)]
        days = [_day_of_year(self.first + dt.timedelta(days=at)) for at in range(len(known))]
        sums, counts = np.zeros((_YEAR, len(self.names))), np.zeros((_YEAR, len(self.names)))
        np.add.at(sums, days, np.nan_to_num(known))
        np.add.at(counts, days, ~np.isnan(known))
        around = [[(day + shift) % _YEAR for shift in range(-_AROUND, _AROUND + 1)] for day in range(_YEAR)]
        total, number = sums[around].sum(axis=1), counts[around].sum(axis=1)
        usual: Real = np.where(number > 0, total / np.maximum(number, 1), _mean(known[-_LATELY:]))
        return usual[[_day_of_year(date) for date in dates]]


def _mean(values: Real) -> Real:
    """Of each column, 0 where nothing is known."""
    known = ~np.isnan(values)
    mean: Real = np.nan_to_num(values).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return mean


def _deviation(values: Real) -> Real:
    """Of each column, 1 where it is always the same."""
    found = np.sqrt(_mean(np.square(values - _mean(values))))
    return np.where(found > 0, found, 1.0)


def _day_of_year(date: dt.date) -> int:
    return date.timetuple().tm_yday - 1
