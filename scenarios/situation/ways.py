"""How the ways of a situation were measured, so that a place can be added to it by the same law.

The law belongs to the situation, and is no part of its digest: what it says of the places that there are stands in the
tables. Situations that were taken know none: their tables came from an engine that is elsewhere, and their places are
told to about a hundred metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.sample.city import EXTRACT
from dispatch.travel.ports import NO_WAY, Point
from dispatch.travel.roads import PointOffRoadError, RoadNetwork
from optimizer.distance import EARTH_RADIUS_M
from optimizer.domain import IntMatrix

METRES_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180


class NoWayThereError(Exception):
    """A place cannot be driven to; the message says why."""


class Law(Protocol):
    """How long ways are. It is plain data: situations are sent to other processes."""

    def measured(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """Seconds and metres from each start (a row) to each end (a column). Raises :class:`NoWayThereError`."""


@dataclass(frozen=True, slots=True)
class CrowDrives:
    """Great circles on a plane of the size of a town, stretched, at one speed. ``middle``: its latitude (degrees)."""

    middle: float
    speed_kmh: float
    detour: float

    def measured(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """As :class:`Law` has it."""
        (lat, lon), (to_lat, to_lon) = _split(starts), _split(ends)
        squeeze = np.cos(np.radians(self.middle))
        north = np.subtract.outer(lat, to_lat) * METRES_PER_DEGREE
        east = np.subtract.outer(lon, to_lon) * METRES_PER_DEGREE * squeeze
        metres = np.hypot(north, east) * self.detour
        return np.rint(metres / (self.speed_kmh / 3.6)).astype(np.int32), np.rint(metres).astype(np.int32)


@dataclass(frozen=True, slots=True)
class SampleStreets:
    """The streets of the sample's city."""

    def measured(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """As :class:`Law` has it."""
        try:
            seconds, metres = sample_network().rectangle(starts, ends)
        except PointOffRoadError as error:
            raise NoWayThereError(str(error)) from None
        if (seconds == NO_WAY).any():
            raise NoWayThereError("no way leads from there to all other places")
        return seconds.astype(np.int32), metres.astype(np.int32)


@dataclass(frozen=True, slots=True)
class Ways:
    """A law, and how many times as long every way takes since (one factor after the other, whole seconds each time)."""

    law: Law
    factors: tuple[float, ...] = ()

    def slowed(self, factor: float) -> Ways:
        """The same where every way takes so many times as long."""
        return replace(self, factors=(*self.factors, factor))

    def measured(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """Seconds and metres from each start to each end. Raises :class:`NoWayThereError`."""
        seconds, metres = self.law.measured(starts, ends)
        for factor in self.factors:
            seconds = np.rint(seconds * factor).astype(np.int32)
        return seconds, metres


def metres_between(one: Point, other: Point) -> float:
    """As the crow flies, on a plane round them."""
    narrower = np.cos(np.radians((one[0] + other[0]) / 2))
    return float(np.hypot(one[0] - other[0], (one[1] - other[1]) * narrower) * METRES_PER_DEGREE)


@lru_cache(maxsize=1)
def sample_network() -> RoadNetwork:
    """The streets of the sample's city, ready to answer."""
    return RoadNetwork.from_extract(EXTRACT)


def _split(points: Sequence[Point]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    at = np.asarray(points, dtype=float).reshape(-1, 2)
    return at[:, 0], at[:, 1]
