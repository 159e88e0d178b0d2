"""Distributions of counts: negative binomial numbers of a mean and a spread, many at a time.

Their variance is mean + spread · mean²: a Poisson number whose rate itself varies from day to day by a Gamma factor of
mean 1 and variance ``spread``. A spread of 0 is Poisson.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from scenarios.forecast.history import Real

_LEAST_SPREAD = 1e-6
_LEAST_MEAN = 1e-9


def below(counts: Real, means: Real, spread: float) -> Real:
    """The probability of at most so many; 0 for less than none."""
    size = 1 / max(spread, _LEAST_SPREAD)
    chance = size / (size + np.maximum(means, _LEAST_MEAN))
    found: Real = special.betainc(size, np.maximum(counts, 0) + 1, chance)
    at_most: Real = np.where(counts < 0, 0.0, found)
    return at_most


def quantile(share: Real | float, means: Real, spread: float) -> Real:
    """The smallest number of which at least the share is at most so much, for each mean."""
    means = np.maximum(np.asarray(means, dtype=float), _LEAST_MEAN)
    wanted = np.minimum(np.broadcast_to(np.asarray(share, dtype=float), means.shape), 1 - 1e-12)
    # From a guess by the normal distribution, with a bracket that is widened until it holds, by bisection.
    deviation = np.sqrt(means + spread * np.square(means))
    low = np.full(means.shape, -1.0)
    high: Real = np.ceil(means + 3 * deviation + 2)
    while (short := below(high, means, spread) < wanted).any():
        low = np.where(short, high, low)
        high = np.where(short, 2 * high + 1, high)
    while ((high - low) > 1).any():
        middle = np.floor((low + high) / 2)
        enough = below(middle, means, spread) >= wanted
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high


def spread_of(counts: Real, means: Real) -> float:
    """The spread by moments: how much more counts vary around their means than Poisson numbers do; 0 at least."""
    squares = float(np.square(means).sum())
    if squares <= 0:
        return 0.0
    return max(0.0, float((np.square(counts - means) - means).sum()) / squares)
