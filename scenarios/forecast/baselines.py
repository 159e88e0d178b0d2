"""What one would guess without a model: as it was a week ago, or as it is in most weeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from scenarios.forecast.calibration import SHARES
from scenarios.forecast.history import Real
from scenarios.forecast.rolling import WEEK

WEEKS_BACK = 26


def as_last_week(counts: Real, origin: int, ahead: int) -> Real:
    """Seasonal naive: the last week that is known, and around it the quantiles of how far such a guess was off in the
    half year before, each key and hour by itself; nothing below 0.

    ``counts``: [key, day, hour] of the whole history, of which only days before ``origin`` are looked at; ``ahead``:
    weeks between, 0 for the week that begins then. The answer: [quantile, key, day of the week, hour].
    """
    known = counts[:, :origin]
    back = WEEK * (ahead + 1)
    start = max(back, origin - WEEK * WEEKS_BACK)
    misses = known[:, start:] - known[:, start - back : origin - back]
    around = np.quantile(misses, SHARES, axis=1)
    return np.maximum(0.0, known[None, :, -WEEK:] + around[:, :, None])


def as_mostly(counts: Real, origin: int, ahead: int) -> Real:
    """The quantiles of the same day of the week, and hour, in the half year before; as :func:`as_last_week`."""
    del ahead  # what is mostly so does not depend on how far away it is
    weeks = min(WEEKS_BACK, origin // WEEK)
    alike = np.stack([counts[:, origin - WEEK * back : origin - WEEK * (back - 1)] for back in range(1, weeks + 1)])
    return np.quantile(alike, SHARES, axis=0)


BASELINES: Mapping[str, Callable[[Real, int, int], Real]] = {"as last week": as_last_week, "26 weeks alike": as_mostly}
"""Every one by its name."""
