"""What the legs that were driven say of a slice: a factor, shrunk towards the configured one, with an interval.

Each leg gives the ratio of what it took to what it takes in free traffic. Ratios are multiplied errors, so they are
averaged as logarithms; one that cannot be (a stop on the way, a wrong tap) is clamped rather than believed. The
configured factor speaks with the weight of :data:`PRIOR_LEGS` legs: the normal mean with a normal prior (Gelman et al.,
Bayesian Data Analysis, 3rd ed., 2.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt

PRIOR_LEGS = 30
"""The configured factor counts as much as so many legs."""
ENOUGH_LEGS = 30
"""With fewer legs nothing is learnt."""
LEAST_RATIO, MOST_RATIO = 0.5, 3.0
LEAST, MOST = 0.7, 2.5
"""No learnt factor lies beyond."""
SHORTEST = 60
"""Seconds in free traffic below which a leg says more of car parks than of traffic."""
_95 = 1.96


@dataclass(frozen=True, slots=True)
class Learnt:
    """A factor, the interval that 95 % of belief lies in, and how many legs taught it."""

    factor: float
    low: float
    high: float
    legs: int

    @property
    def enough(self) -> bool:
        """Whether it may be used."""
        return self.legs >= ENOUGH_LEGS


def learnt(configured: float, legs: Iterable[tuple[float, float]]) -> Learnt:
    """What legs (seconds observed, seconds in free traffic) teach, where ``configured`` was believed before."""
    ratios = [
        log(min(max(observed / expected, LEAST_RATIO), MOST_RATIO))
        for observed, expected in legs
        if expected >= SHORTEST and observed > 0
    ]
    count, prior = len(ratios), log(configured)
    mean = (PRIOR_LEGS * prior + sum(ratios)) / (PRIOR_LEGS + count)
    spread = sum((one - mean) ** 2 for one in ratios) + PRIOR_LEGS * (prior - mean) ** 2
    error = sqrt(spread / max(1, count + PRIOR_LEGS - 1) / (count + PRIOR_LEGS)) if count else 0.0
    factor, low, high = (min(max(exp(one), LEAST), MOST) for one in (mean, mean - _95 * error, mean + _95 * error))
    return Learnt(factor, low, high, count)
