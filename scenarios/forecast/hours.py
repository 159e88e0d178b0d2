"""When on a day jobs come in: the share of each hour, by the type of the day and the series.

Shares are multinomial, and each is shrunk towards that of the whole it belongs to as if so many jobs had been seen
there (a Dirichlet prior; Gelman et al., *Bayesian Data Analysis*, 3rd ed., sections 3.4 and 5.3): a type of day leans
on all days, a skill on all skills, a territory on its skill. A public holiday leans on Sundays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.forecast.days import HOLIDAY_TYPE, TYPES
from scenarios.forecast.history import HOURS, Real

JOBS = 150.0
"""A prior counts as so many jobs."""
_SUNDAY = 6
_SMOOTH = np.array([0.05, 0.9, 0.05])


def shares(counts: Real, skills: NDArray[np.int64]) -> Real:
    """The share of each hour, [series, type of day, hour], each row adding up to 1.

    ``counts``: jobs, [series, type of day, hour]; ``skills``: the number of the skill of each series.
    """
    whole = counts.sum(axis=0)
    overall = _shrunk(whole.sum(axis=0), np.full(HOURS, 1 / HOURS), HOURS)
    overall = _smoothed(overall)
    types = np.stack([_shrunk(whole[kind], overall, JOBS) for kind in range(TYPES)])
    types[HOLIDAY_TYPE] = _shrunk(whole[HOLIDAY_TYPE], types[_SUNDAY], JOBS)
    found = np.empty_like(counts)
    for skill in np.unique(skills):
        members = np.flatnonzero(skills == skill)
        of_skill = _below(counts[members].sum(axis=0), types, overall)
        for one in members:
            found[one] = _below(counts[one], of_skill, _weighted(of_skill, counts[members].sum(axis=(0, 2))))
    return found


def _below(counts: Real, types: Real, overall: Real) -> Real:
    """Of a part: its own shape over all days, times how the whole's types of day differ from the whole, and then what
    was seen of the part on each type of day.
    """
    own = _smoothed(_shrunk(counts.sum(axis=0), overall, JOBS))
    expected = own * types / overall
    expected /= expected.sum(axis=1, keepdims=True)
    return np.stack([_shrunk(counts[kind], expected[kind], JOBS) for kind in range(TYPES)])


def _weighted(types: Real, jobs: Real) -> Real:
    mean: Real = (types * (jobs[:, None] + 1)).sum(axis=0) / (jobs + 1).sum()
    return mean


def _shrunk(counts: Real, prior: Real, jobs: float) -> Real:
    found: Real = (counts + jobs * prior) / (counts.sum() + jobs)
    return found


def _smoothed(shares: Real) -> Real:
    around = np.stack([np.roll(shares, 1), shares, np.roll(shares, -1)])
    return _SMOOTH @ around
