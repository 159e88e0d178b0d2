"""How long a way takes when no road is known: the power law of crow-line distances, which is always there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from dispatch.travel.graph import metres_between
from dispatch.travel.ports import FREE, Fix, Leg, Measured, OnRoad, Point, Snapped, Source, Speeds

TYPICAL_DETOUR = 1.4
"""Metres driven for each metre as the crow flies; between 1.33 and 1.46 on the cities that were measured."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A way of ``d`` metres as the crow flies takes ``factor * d ** exponent`` seconds.

    Long ways are faster: they use faster roads. The exponent is much the same everywhere (0.70 to 0.75), the factor
    is a region's own; :mod:`dispatch.travel.fitting` finds both.
    """

    factor: float = 1.3
    exponent: float = 0.73

    def __post_init__(self) -> None:
        if not (math.isfinite(self.factor) and self.factor > 0 and 0 < self.exponent <= 2):
            raise ValueError(
                f"a power law needs a factor above 0 and an exponent above 0 and at most 2, not {self.factor} and "
                f"{self.exponent}"
            )

    def seconds(self, metres: Any) -> Any:
        """Seconds for metres as the crow flies; for numbers and arrays alike."""
        return self.factor * np.asarray(metres, np.float64) ** self.exponent

    def as_document(self) -> dict[str, float]:
        """Both numbers by name, as they are written down."""
        return {"factor": self.factor, "exponent": self.exponent}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> PowerLaw:
        """What :meth:`as_document` wrote. Raises ValueError where it holds something else."""
        try:
            return cls(float(document["factor"]), float(document["exponent"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"a power law has a factor and an exponent, which are numbers: {document!r}") from error


class EstimateEngine:
    """Estimates every way by a power law, and says so in each cell. Needs no data and never fails."""

    name = "estimate"

    def __init__(self, law: PowerLaw | None = None, detour: float = TYPICAL_DETOUR) -> None:
        """``detour``: metres driven for each metre as the crow flies."""
        if not (math.isfinite(detour) and detour >= 1):
            raise ValueError(f"no way is shorter than the crow's: a detour is 1 or more, not {detour}")
        self.law = PowerLaw() if law is None else law
        self.detour = detour
        self.version = f"{self.law.factor:.6g}-{self.law.exponent:.6g}-{detour:.6g}"

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """Estimates for all; ``speeds`` counts by its factor alone, for an estimate knows no classes of roads."""
        rows, columns = _columns(starts), _columns(ends)
        crow = np.asarray(metres_between(rows[:, :1], rows[:, 1:], columns[:, 0], columns[:, 1]), np.float64)
        crow = crow.reshape(len(starts), len(ends))
        return Measured(
            np.rint(self.law.seconds(crow) * speeds.factor).astype(np.int32),
            np.rint(crow * self.detour).astype(np.int32),
            np.full(crow.shape, Source.ESTIMATE, np.uint8),
        )

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """Straight lines through the points, timed as :meth:`table` times them."""
        legs = []
        for start, end in pairwise(points):
            measured = self.table((start,), (end,), speeds)
            seconds, metres = int(measured.durations[0, 0]), int(measured.distances[0, 0])
            legs.append(Leg(seconds, metres, (start, end), Source.ESTIMATE))
        return tuple(legs)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """Every point stands for itself: the estimate needs no road."""
        return [Snapped(lat, lon, 0.0) for lat, lon in points]

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """The last fix as it is, with no confidence that it lies on a road."""
        if not trace:
            return None
        last = trace[-1]
        return OnRoad(last.lat, last.lon, last.heading, "", 0.0)


def _columns(points: Sequence[Point]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(points, np.float64).reshape(-1, 2)
