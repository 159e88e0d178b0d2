"""How sure a figure is: means over replications with their 95 % intervals, and differences between alternatives.

Replications are independent, and what is averaged over a whole replication is near enough to normal for Student's t
(Law, *Simulation Modeling and Analysis*, 5th ed., sections 9.4 and 10.2). Two alternatives that met the same chance are
compared pair by pair: the interval is of the mean difference within pairs, which common random numbers make narrow.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

CONFIDENCE = 0.95
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean of ``count`` replications, and how far the true one may lie from it on either side.

    ``half`` is infinite where one replication says nothing of the spread; ``mean`` None where there was nothing to
    count in any of them.
    """

    mean: float | None
    half: float
    count: int

    @property
    def low(self) -> float:
        """The lower end. Raises :class:`ValueError` where there is no mean."""
        return self._mean - self.half

    @property
    def high(self) -> float:
        """The upper end. Raises :class:`ValueError` where there is no mean."""
        return self._mean + self.half

    def document(self) -> dict[str, float | int | None]:
        """As JSON values, of which a second run writes the same bytes; a half that is infinite is None."""
        half = rounded(self.half) if math.isfinite(self.half) else None
        return {"mean": rounded(self.mean), "half": half, "count": self.count}

    @property
    def _mean(self) -> float:
        if self.mean is None:
            raise ValueError("nothing was counted, so there is no mean")
        return self.mean

    @property
    def tells(self) -> bool:
        """Whether zero lies outside: of a difference, that it is more than chance."""
        return self.mean is not None and not self.low <= 0 <= self.high


def rounded(value: float | None) -> float | None:
    """A figure as documents have it."""
    return None if value is None else round(value, _DIGITS)


def interval(values: Sequence[float | None], confidence: float = CONFIDENCE) -> Interval:
    """The mean of a figure over replications; those with nothing to count are left out."""
    known = [one for one in values if one is not None]
    if not known:
        return Interval(None, math.inf, 0)
    mean = statistics.fmean(known)
    if len(known) == 1:
        return Interval(mean, math.inf, 1)
    wide = float(stdtrit(len(known) - 1, (1 + confidence) / 2))
    return Interval(mean, wide * statistics.stdev(known) / math.sqrt(len(known)), len(known))


def difference(
    before: Sequence[float | None], after: Sequence[float | None], confidence: float = CONFIDENCE
) -> Interval:
    """``after`` less ``before``, pair by pair. Raises :class:`ValueError` where they are not as many."""
    pairs = zip(before, after, strict=True)
    return interval([None if old is None or new is None else new - old for old, new in pairs], confidence)


def narrow_enough(found: Interval, half: float) -> bool:
    """Whether the interval is as narrow as was asked; a figure with nothing to count never holds anybody up."""
    return found.mean is None or found.half <= half
