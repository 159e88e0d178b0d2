"""Calibration: quantiles are moved so that, of the forecasts made before, as many numbers came to lie below them as the
quantile says.

What came of a past forecast is told by its rank in the distribution that was forecast, the probability integral
transform; a count has a stretch instead of a rank, from the probability of less to that of at most so many (Czado,
Gneiting and Held, "Predictive model assessment for count data", *Biometrics* 65, 2009, the nonrandomized transform).
The distribution of these ranks is what a quantile's share is looked up in (Chernozhukov, Wüthrich and Zhu,
"Distributional conformal prediction", *PNAS* 118, 2021), with a share of (n+1)/n as in split conformal prediction.
Only forecasts of which all was known take part, so nothing is learnt from the future.

Two things guard against a past that is not like what comes, as where demand has grown all spring and then stands: older
forecasts count for less (as in Gibbs and Candès, "Adaptive conformal inference under distribution shift", 2021, recent
ones count more), and that numbers came too high or too low is believed by half, the other half being taken as a sign
that they may lie so far off on either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from scenarios.forecast.counts import below
from scenarios.forecast.history import Real

SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""The quantiles that a forecast has. 0.1 and 0.9 hold 80 % between them, 0.05 and 0.95 hold 90 %."""

GRID = np.concatenate([[0.0], special.ndtr(np.linspace(-6, 6, 481)), [1.0]])
"""Shares at which ranks are counted: close together at the ends, where a model that is too sure has most of them."""
_BELIEVED = 0.5
"""By so much it is believed that numbers go on to come too high, or too low."""
_NARROWEST = 1e-9
_AS_TOLD = 30.0
"""The model's own distribution counts as so many past numbers whose ranks are as they should be."""


@dataclass(frozen=True)
class Ranks:
    """Where numbers came to lie: of how many, and how many of them lay below each point of the grid (``sums``)."""

    sums: Real
    count: float

    def weighing(self, weight: float) -> Ranks:
        """The same, each counting as so much."""
        return Ranks(self.sums * weight, self.count * weight)

    def __add__(self, other: Ranks) -> Ranks:
        """Of both."""
        return Ranks(self.sums + other.sums, self.count + other.count)


NOWHERE = Ranks(np.zeros_like(GRID), 0)


def ranks(counts: Real, means: Real, spread: float) -> Ranks:
    """Where counts lie in the distributions that were forecast for them."""
    high = below(counts, means, spread).ravel()
    low = below(counts - 1, means, spread).ravel()
    return Ranks(_uniform_sums(low, high), high.size)


def shares_for(seen: Ranks) -> tuple[float, ...]:
    """The share to ask the model for, for each of :data:`SHARES`: rising, and unmoved where nothing was seen."""
    either_side = (seen.sums + seen.count - seen.sums[::-1]) / 2
    total = _BELIEVED * seen.sums + (1 - _BELIEVED) * either_side + _AS_TOLD * GRID
    # Rounding of very steep stretches must not let it fall.
    curve = np.maximum.accumulate(total / (seen.count + _AS_TOLD))
    room = 1 / (seen.count + _AS_TOLD)
    return tuple(float(np.interp(_cautious(share, room), curve, GRID)) for share in SHARES)


def _cautious(share: float, room: float) -> float:
    """Further out by what one more number could change."""
    return 0.5 + (share - 0.5) * (1 + room)


def _uniform_sums(low: Real, high: Real) -> Real:
    """For each point of the grid, the sum over stretches of how much of each lies below it.

    A stretch adds a straight rise from 0 at its low end to 1 at its high end: what has risen since the low end, less
    what would have risen since the high end.
    """
    steepness = 1 / np.maximum(high - low, _NARROWEST)
    return _risen(low, steepness) - _risen(low + 1 / steepness, steepness)


def _risen(start: Real, steepness: Real) -> Real:
    """For each point of the grid, the sum of how far straight lines have risen that begin at ``start``."""
    first = np.searchsorted(GRID, start)
    size = len(GRID) + 1
    slopes = np.cumsum(np.bincount(first, weights=steepness, minlength=size))[:-1]
    moments = np.cumsum(np.bincount(first, weights=steepness * start, minlength=size))[:-1]
    risen: Real = (GRID * slopes - moments).astype(np.float64)
    return risen
