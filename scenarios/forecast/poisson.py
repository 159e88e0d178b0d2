"""Rates from counts: Poisson regression with a Gaussian prior on every coefficient, by Newton's method.

The mode of the posterior of a log-linear Poisson model (McCullagh and Nelder, *Generalized Linear Models*, 2nd ed.,
1989, chapters 2 and 6). Counts that vary more than a Poisson number's are worth less than they seem: the likelihood is
divided by their dispersion (quasi-likelihood, ibid. section 9.2), so that priors count for more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.forecast.history import Real

_ROUNDS, _HALVINGS = 60, 30
_NEAR = 1e-9
_CLIP = 30.0
"""Logarithms of rates are kept within this, so that nothing overflows on the way."""


@dataclass(frozen=True, slots=True)
class Regression:
    """``coefficients`` of the columns, and how many times as much as a Poisson number's the counts vary."""

    coefficients: Real
    dispersion: float


def regress(counts: Real, columns: Real, deviations: Real, offset: Real, weights: Real) -> Regression:
    """Coefficients of log(rate) = offset + columns · coefficients.

    ``counts``, ``offset``, ``weights``: [row]; ``columns``: [row, column]; ``deviations``: the standard deviation of
    each coefficient's prior around 0, infinite for one that is free.
    """
    precision = np.where(np.isinf(deviations), 1e-8, 1 / np.square(deviations))
    start = np.zeros(columns.shape[1])
    found = _mode(counts, columns, precision, offset, weights, start)
    rates = _rates(offset + columns @ found)
    dispersion = dispersion_of(counts, rates, weights)
    if dispersion > 1:
        found = _mode(counts, columns, precision, offset, weights / dispersion, found)
    return Regression(found, dispersion)


def dispersion_of(counts: Real, rates: Real, weights: Real) -> float:
    """Pearson's: the mean of squared residuals over what they would be for Poisson numbers; 1 at least."""
    expected = float((weights * rates).sum())
    if expected <= 0:
        return 1.0
    return max(1.0, float((weights * np.square(counts - rates)).sum()) / expected)


def _rates(logs: Real) -> Real:
    return np.exp(np.clip(logs, -_CLIP, _CLIP))


def _mode(counts: Real, columns: Real, precision: Real, offset: Real, weights: Real, start: Real) -> Real:
    at, value = start, _loss(counts, columns, precision, offset, weights, start)
    for _ in range(_ROUNDS):
        rates = _rates(offset + columns @ at)
        slope = columns.T @ (weights * (rates - counts)) + precision * at
        curvature = (columns * (weights * rates)[:, None]).T @ columns + np.diag(precision)
        step = np.linalg.solve(curvature, slope)
        size = 1.0
        for _ in range(_HALVINGS):
            tried = at - size * step
            reached = _loss(counts, columns, precision, offset, weights, tried)
            if reached <= value:
                break
            size /= 2
        else:
            return at
        done = value - reached < _NEAR * (1 + abs(value))
        at, value = tried, reached
        if done:
            break
    return at


def _loss(counts: Real, columns: Real, precision: Real, offset: Real, weights: Real, at: Real) -> float:
    logs = np.clip(offset + columns @ at, -_CLIP, _CLIP)
    return float((weights * (np.exp(logs) - counts * logs)).sum() + 0.5 * (precision * np.square(at)).sum())
