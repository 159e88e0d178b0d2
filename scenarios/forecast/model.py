"""The model: how many jobs of each series are expected on each day and in each of its hours.

The rate of a series is a product: the whole's rate on that day (weekday, season, holidays, weather), the part of it
that a skill has, the part of that which a territory has, and the share of the hour. A part has effects of its own, as
far as its counts speak for them: they are estimated as deviations from its whole that are small until shown otherwise
(partial pooling; Gelman and Hill, *Data Analysis Using Regression and Multilevel/Hierarchical Models*, 2007, chapter
12). How demand stands of late is a ratio of what came to what was expected, in which weeks long ago count for less
(Harvey and Fernandes, "Time series models for count or qualitative observations", 1989). Older days count for less
everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.forecast import hours
from scenarios.forecast.covariates import Covariates
from scenarios.forecast.days import TYPES, Days
from scenarios.forecast.history import HOURS, History, Real
from scenarios.forecast.poisson import regress


@dataclass(frozen=True, slots=True)
class Tuning:
    """``half_life``, ``lately``: days after which a day counts half, in effects, and in how demand stands. ``lean``:
    how far a part's effects may go from its whole's, of how far those may go. ``steady``: how demand stands counts as
    seen on so many jobs before any came. ``unseen``: a part counts as having had so many jobs of its whole's.

    Half or double of any of these changed the mean loss on four histories (two real ones, two made up) by less than a
    thousandth, but for ``lately``: where demand moves quickly, twice as long cost a tenth.
    """

    half_life: float = 730.0
    lately: float = 14.0
    lean: float = 0.4
    steady: float = 30.0
    unseen: float = 2.0


USUAL = Tuning()


@dataclass(frozen=True)
class Expected:
    """Jobs expected on the days of a history and those ahead. ``daily``: [series, day]; ``shares`` of the hours,
    [series, type of day, hour]; ``types`` of the days.
    """

    daily: Real
    shares: Real
    types: NDArray[np.int64]

    def rates(self, start: int, end: int) -> Real:
        """Jobs expected in each hour of the days from ``start`` to before ``end``: [series, day, hour]."""
        shares = self.shares[:, self.types[start:end], :]
        return self.daily[:, start:end, None] * shares


def expect(history: History, days: Days, covariates: Covariates | None, tuning: Tuning = USUAL) -> Expected:
    """What is expected on ``days``, of which the first ones are those of the history."""
    origin = history.days
    columns, deviations = days.columns(covariates, origin)
    types = days.types()
    weights = 0.5 ** ((origin - 1 - np.arange(origin)) / tuning.half_life)
    counts = history.daily
    seen = counts.any(axis=1)
    skills = history.skills
    known = np.unique(skills[seen])
    fit = _Fit(columns, deviations, weights, 0.5 ** ((origin - 1 - np.arange(origin)) / tuning.lately), tuning)
    whole = fit.whole(counts.sum(axis=0))
    daily = np.zeros((len(counts), days.count))  # of a series that nobody has seen yet, nothing is expected
    for skill in known:
        members = np.flatnonzero((skills == skill) & seen)
        own = counts[members].sum(axis=0)
        of_skill = fit.part(own, counts.sum(axis=0), whole, 1 / len(known))
        for one in members:
            daily[one] = fit.part(counts[one], own, of_skill, 1 / len(members))
    shares = hours.shares(_by_hour(history, types, tuning.half_life), skills)
    return Expected(daily, shares, types)


@dataclass(frozen=True)
class _Fit:
    """Regressions on the same days. ``columns`` are of all days, ``weights`` of those of the history."""

    columns: Real
    deviations: Real
    weights: Real
    lately: Real
    tuning: Tuning

    @property
    def origin(self) -> int:
        return len(self.weights)

    def whole(self, counts: Real) -> Real:
        """The rates of all days of everything together."""
        constant = np.ones((len(self.columns), 1))
        columns, deviations = np.hstack([constant, self.columns]), np.concatenate([[np.inf], self.deviations])
        return self._rates(counts, columns, deviations, np.zeros(len(columns)))

    def part(self, counts: Real, of: Real, whole: Real, evenly: float) -> Real:
        """The rates of a part, from the counts of the whole it belongs to (``of``) and the whole's rates; ``evenly`` is
        the part that it would have if all had the same.
        """
        seen, all_seen = float((self.weights * counts).sum()), float((self.weights * of).sum())
        share = (seen + self.tuning.unseen * evenly) / (all_seen + self.tuning.unseen)
        offset = np.log(np.maximum(whole, 1e-12) * share)
        return self._rates(counts, self.columns, self.tuning.lean * self.deviations, offset)

    def _rates(self, counts: Real, columns: Real, deviations: Real, offset: Real) -> Real:
        past = slice(0, self.origin)
        found = regress(counts, columns[past], deviations, offset[past], self.weights)
        rates = np.exp(np.clip(offset + columns @ found.coefficients, -30, 30))
        came, expected = float((self.lately * counts).sum()), float((self.lately * rates[past]).sum())
        steady = self.tuning.steady * found.dispersion
        return rates * ((came + steady) / (expected + steady))


def _by_hour(history: History, types: NDArray[np.int64], half_life: float) -> Real:
    """Jobs of each series by type of day and hour, older ones counting for less: [series, type, hour]."""
    weights = 0.5 ** ((history.days - 1 - history.day) / half_life)
    cells = (history.which * TYPES + types[history.day]) * HOURS + history.hour
    size = len(history.series) * TYPES * HOURS
    counted: Real = np.bincount(cells, weights=weights, minlength=size).astype(np.float64)
    return counted.reshape(-1, TYPES, HOURS)
