"""How good forecasts were: what their quantiles lose, and how much lies within their intervals.

The loss of a quantile is the pinball loss (Koenker and Bassett, "Regression quantiles", *Econometrica* 46, 1978), here
the mean over all quantiles, for each job that came; half of what the continuous ranked probability score says. An
interval holds a count or does not; as counts are whole, one that is asked to hold 80 % of small counts must hold more.
So it is told as well what the *rank* of a count says: the stretch from the probability of less to that of at most so
many, of which the part counts that lies within.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scenarios.forecast.calibration import SHARES
from scenarios.forecast.counts import below
from scenarios.forecast.history import Real

INTERVALS: Mapping[str, tuple[int, int]] = {"80 %": (1, 5), "90 %": (0, 6)}
"""Which two of the quantiles hold it between them."""


@dataclass
class Score:
    """What was added up. ``held``: numbers within each interval; ``ranks``: the same by rank, where that is known."""

    loss: float = 0.0
    jobs: float = 0.0
    numbers: int = 0
    held: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INTERVALS, 0))
    ranks: dict[str, float] = field(default_factory=lambda: dict.fromkeys(INTERVALS, 0.0))

    def add(self, counts: Real, quantiles: Real) -> None:
        """Judge quantiles, [quantile, …], by what came."""
        self.loss += pinball(counts, quantiles)
        self.jobs += float(counts.sum())
        self.numbers += counts.size
        for name, (low, high) in INTERVALS.items():
            self.held[name] += int(((quantiles[low] <= counts) & (counts <= quantiles[high])).sum())

    def add_ranks(self, counts: Real, means: Real, spread: float, asked: tuple[float, ...]) -> None:
        """Judge the intervals between shares that the model was asked for by the ranks of what came."""
        above, under = below(counts, means, spread), below(counts - 1, means, spread)
        width = np.maximum(above - under, 1e-12)
        for name, (low, high) in INTERVALS.items():
            inside = np.clip((asked[high] - under) / width, 0, 1) - np.clip((asked[low] - under) / width, 0, 1)
            self.ranks[name] += float(inside.sum())

    def __add__(self, other: Score) -> Score:
        """Of both."""
        return Score(
            self.loss + other.loss,
            self.jobs + other.jobs,
            self.numbers + other.numbers,
            {name: self.held[name] + other.held[name] for name in INTERVALS},
            {name: self.ranks[name] + other.ranks[name] for name in INTERVALS},
        )

    @property
    def loss_per_job(self) -> float:
        """The loss for each job that came; of nothing, 0."""
        return self.loss / self.jobs if self.jobs else 0.0

    def coverage(self, interval: str) -> float:
        """The share of numbers within an interval."""
        return self.held[interval] / self.numbers if self.numbers else 0.0

    def coverage_by_rank(self, interval: str) -> float:
        """The share of numbers' ranks within an interval."""
        return self.ranks[interval] / self.numbers if self.numbers else 0.0


def pinball(counts: Real, quantiles: Real) -> float:
    """The sum over all numbers of the mean loss of their quantiles."""
    shares = np.array(SHARES).reshape(-1, *[1] * counts.ndim)
    over = counts[None] - quantiles
    return float(np.where(over >= 0, shares * over, (shares - 1) * over).sum()) / len(SHARES)
