"""A forecast: what is expected in each hour of the days ahead, with quantiles at every grain of the hierarchy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scenarios.forecast.calibration import SHARES
from scenarios.forecast.counts import quantile
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import History, Real, Series
from scenarios.forecast.issuing import Outside, issue
from scenarios.forecast.rolling import WEEK, Calibration, OnProgress, origins_before, rolled

_DIGITS, _SHARE_DIGITS = 6, 9


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a forecast was made from: ``jobs`` of the days from ``first`` up to, but without, ``until``, the public
    holidays of a ``country``, the names of ``covariates``; calibrated on so many ``forecasts`` of the past.
    """

    first: dt.date
    until: dt.date
    jobs: int
    country: str | None
    covariates: tuple[str, ...]
    forecasts: int


@dataclass(frozen=True)
class Forecast:
    """``rates``: jobs expected, [series, day, hour], from the date ``first`` on, in the hours of ``zone``.

    ``spreads``: by grain, see :mod:`scenarios.forecast.counts`. ``asked``: by grain, for each week ahead, the share
    that the model is asked for to have the quantile of each of :data:`SHARES`. ``minutes`` and ``priorities`` by skill,
    as in :class:`History`.
    """

    zone: str
    first: dt.date
    series: tuple[Series, ...]
    rates: Real = field(repr=False)
    spreads: Mapping[str, float]
    asked: Mapping[str, tuple[tuple[float, ...], ...]]
    minutes: Mapping[str, float]
    priorities: Mapping[str, Mapping[str, float]]
    learnt: Learnt

    @property
    def days(self) -> int:
        """How many it is for."""
        return int(self.rates.shape[1])

    def dates(self) -> list[dt.date]:
        """All of them."""
        return [self.first + dt.timedelta(days=day) for day in range(self.days)]

    def expected(self, grain: str) -> Real:
        """Jobs expected at a grain, [key, day, hour], or [key, day, 1] by day. They add up over the hierarchy."""
        return GRAINS[grain].summed(self.rates, self.series)

    def quantiles(self, grain: str) -> Real:
        """Counts that are not exceeded with the probability of each of :data:`SHARES`: [quantile, key, day, hour or 1].

        They rise with the share, and do not add up.
        """
        means = self.expected(grain)
        found = np.empty((len(SHARES), *means.shape))
        for week, asked in enumerate(self.asked[grain]):
            days = slice(WEEK * week, WEEK * (week + 1))
            for at, share in enumerate(asked):
                found[at, :, days] = quantile(share, means[:, days], self.spreads[grain])
        return found


def make(history: History, outside: Outside, weeks: int, on_progress: OnProgress | None = None) -> Forecast:
    """The forecast of the weeks after a history, calibrated on those that would have been made in it before."""
    origins = origins_before(history.days, weeks)
    calibration = Calibration(history.series)
    for tested in rolled(history, outside, weeks, origins, on_progress):
        calibration.learn(tested)
    found = issue(history, outside, weeks)
    asked = {
        name: tuple(_rounded(calibration.shares(name, week, history.days)) for week in range(weeks)) for name in GRAINS
    }
    learnt = Learnt(
        first=history.first,
        until=history.date(history.days),
        jobs=len(history.which),
        country=outside.country,
        covariates=outside.covariates.names if outside.covariates is not None else (),
        forecasts=len(origins),
    )
    return Forecast(
        zone=history.zone.key,
        first=history.date(history.days),
        series=history.series,
        rates=found.rates.round(_DIGITS),
        spreads={name: round(spread, _DIGITS) for name, spread in found.spreads.items()},
        asked=asked,
        minutes=dict(history.minutes),
        priorities={skill: dict(shares) for skill, shares in history.priorities.items()},
        learnt=learnt,
    )


def _rounded(shares: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(share, _SHARE_DIGITS) for share in shares)
