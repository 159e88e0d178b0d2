"""One forecast as it is made on one day, from what was known then: what is expected, and how far counts spread around
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.forecast.counts import spread_of
from scenarios.forecast.covariates import Covariates
from scenarios.forecast.days import Days
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import History, Real
from scenarios.forecast.model import expect

LOOKED_AT = 364
"""The spread is that of so many days before."""
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known besides history. ``country``: whose public holidays are kept, ISO 3166 with an optional part."""

    country: str | None = None
    covariates: Covariates | None = None


@dataclass(frozen=True)
class Issue:
    """A forecast for the days from ``origin`` on, a number of days since the history began. ``rates``: jobs expected,
    [series, day, hour]; ``spreads``: by the name of a grain, see :mod:`scenarios.forecast.counts`.
    """

    origin: int
    rates: Real = field(repr=False)
    spreads: Mapping[str, float]


def issue(history: History, outside: Outside, weeks: int) -> Issue:
    """The forecast that is made when a history ends, for so many weeks after it."""
    origin, ahead = history.days, 7 * weeks
    days = Days(history.first, origin + ahead, outside.country)
    expected = expect(history, days, outside.covariates)
    start = max(0, origin - LOOKED_AT)
    counts, fitted = history.hourly(start, origin), expected.rates(start, origin)
    spreads = {
        name: spread_of(grain.summed(counts, history.series), grain.summed(fitted, history.series))
        for name, grain in GRAINS.items()
    }
    # The last digits of a sum depend on the machine's arithmetic, and mean nothing.
    told = {name: round(spread, _DIGITS) for name, spread in spreads.items()}
    return Issue(origin, expected.rates(origin, origin + ahead).round(_DIGITS), told)
