"""What a day is known to be beforehand: its weekday, the time of the year, whether it is a public holiday or next to
one, and what the weather will be. Each is a column of a regression, with how far its effect may go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import holidays as public_holidays
import numpy as np

from optimizer.invalid import InvalidInput, shown
from scenarios.forecast.covariates import Covariates
from scenarios.forecast.history import Real, Whole

YEAR = 365.25
_WAVES = 3
_FREE = np.inf

WEEKDAY, SEASON, HOLIDAY, NEIGHBOUR, NAMED, WEATHER = 1.0, 0.3, 1.0, 0.2, 0.4, 0.3
"""Standard deviations of effects on the logarithm of demand, before anything was seen."""

HOLIDAY_TYPE = 7
"""A day has the type of its weekday, 0 to 6 from Monday, or this one where it is a public holiday."""
TYPES = 8


@dataclass(frozen=True)
class Days:
    """A run of days from ``first`` on. ``country``: whose public holidays they have, ISO 3166 with an optional part."""

    first: dt.date
    count: int
    country: str | None = None

    def dates(self) -> list[dt.date]:
        """All of them."""
        return [self.first + dt.timedelta(days=day) for day in range(self.count)]

    def types(self) -> Whole:
        """The type of each day."""
        names = self._holidays()
        return np.array([HOLIDAY_TYPE if date in names else date.weekday() for date in self.dates()], dtype=np.int64)

    def columns(self, covariates: Covariates | None, origin: int) -> tuple[Real, Real]:
        """The columns, [day, column], and the deviations of their effects; what is known when the day ``origin``
        begins.

        A year's waves are left out where less than a year lies before the origin. Effects are of a whole: those of its
        parts are deviations from them.
        """
        parts = [self._weekdays(), self._around_holidays()]
        if origin >= YEAR:
            parts.append(self._season())
        if covariates is not None:
            values = covariates.standardised(self.dates(), origin)
            parts.append((values, np.full(values.shape[1], WEATHER)))
        return np.hstack([part for part, _ in parts]), np.concatenate([deviations for _, deviations in parts])

    def _weekdays(self) -> tuple[Real, Real]:
        weekdays = np.array([date.weekday() for date in self.dates()])
        return np.eye(7)[weekdays], np.full(7, WEEKDAY)

    def _season(self) -> tuple[Real, Real]:
        angle = 2 * np.pi * np.array([date.toordinal() for date in self.dates()]) / YEAR
        waves = [turn(angle * wave) for wave in range(1, _WAVES + 1) for turn in (np.sin, np.cos)]
        return np.stack(waves, axis=1), np.repeat([SEASON / wave for wave in range(1, _WAVES + 1)], 2)

    def _around_holidays(self) -> tuple[Real, Real]:
        """Whether it is a holiday on a working day, the day before or after one, and which one it is."""
        names, dates = self._holidays(), self.dates()
        day = dt.timedelta(days=1)

        def free(date: dt.date) -> bool:
            return date in names and date.weekday() < 5

        general = [
            [free(date), free(date + day) and not free(date), free(date - day) and not free(date)] for date in dates
        ]
        known = sorted(set(names.values()))
        named = [[names.get(date) == name for name in known] for date in dates]
        columns = np.hstack(
            [np.array(general, dtype=float), np.array(named, dtype=float).reshape(len(dates), len(known))]
        )
        return columns, np.array([HOLIDAY, NEIGHBOUR, NEIGHBOUR, *[NAMED] * len(known)])

    def _holidays(self) -> dict[dt.date, str]:
        if self.country is None:
            return {}
        last = self.first + dt.timedelta(days=self.count)
        return dict(holidays_of(self.country, tuple(range(self.first.year - 1, last.year + 2))))


@lru_cache(maxsize=64)
def holidays_of(country: str, years: Sequence[int]) -> dict[dt.date, str]:
    """The public holidays by date. Raises :class:`InvalidInput` for a country whose holidays are not known."""
    name, _, part = country.partition("-")
    try:
        found = public_holidays.country_holidays(name, subdiv=part or None, years=years, language="en_US")
    except NotImplementedError:
        remedy = 'use a code of ISO 3166 with an optional part, such as "CL" or "DE-BY"'
        raise InvalidInput("country", shown(country), "is none whose public holidays are known", remedy) from None
    return {date: name.removesuffix(" (observed)") for date, name in found.items()}
