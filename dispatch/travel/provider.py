"""How long and how far it is between the places of a plan: estimated, or on the roads of an extract."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.cache import PairCache
from dispatch.travel.roads import PointOffRoadError, RoadNetwork
from optimizer.distance import geodesic
from optimizer.domain import Geodesic, Matrix, Travel

Point = tuple[float, float]
IntMatrix = NDArray[np.int32]


class TravelProvider(Protocol):
    """Answers the travel between any points of a plan. Safe among threads."""

    name: str

    def table(self, points: Sequence[Point]) -> Travel:
        """Travel between these points (lat, lon), in the form a problem takes."""


class EstimatedTravel:
    """Along great circles, stretched by a factor, at one speed: for wherever there is no road network."""

    name = "estimated"

    def __init__(self, speed_kmh: float = 40, detour: float = 1.3) -> None:
        self._travel = Geodesic(speed_kmh, detour)

    def table(self, points: Sequence[Point]) -> Travel:
        return self._travel


class RoadTravel:
    """On a road network, each pair measured once. A point off every road is reached as the crow flies, stretched."""

    name = "roads"

    def __init__(
        self, network: RoadNetwork, *, speed_kmh: float = 40, detour: float = 1.3, most_points: int = 2500
    ) -> None:
        """``speed_kmh`` and ``detour`` estimate the ways that the network does not know."""
        self.network = network
        self._speed_kmh, self._detour = speed_kmh, detour
        self._cache = PairCache(self._measure, most_points)

    def table(self, points: Sequence[Point]) -> Travel:
        seconds, metres = self._cache.table(points)
        return Matrix(seconds, metres)

    def _measure(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        seconds = np.zeros((len(starts), len(ends)), np.int32)
        metres = np.zeros_like(seconds)
        rows = [at for at, point in enumerate(starts) if self._on_road(point)]
        columns = [at for at, point in enumerate(ends) if self._on_road(point)]
        if rows and columns:
            grid = np.ix_(rows, columns)
            seconds[grid], metres[grid] = self.network.rectangle(
                [starts[row] for row in rows], [ends[column] for column in columns]
            )
        off_road = np.ones(seconds.shape, np.bool_)
        off_road[np.ix_(rows, columns)] = False
        for row, column in np.argwhere(off_road).tolist():
            estimate = geodesic(starts[row], ends[column], self._speed_kmh, self._detour)
            seconds[row, column], metres[row, column] = estimate
        return seconds, metres

    def _on_road(self, point: Point) -> bool:
        try:
            self.network.snap(*point)
        except PointOffRoadError:
            return False
        return True


class TravelSettings(Protocol):
    """What an installation says about its ways (see :class:`dispatch.settings.Settings`)."""

    @property
    def region(self) -> Path | None:
        """The extract; None for estimates."""

    @property
    def travel_speed_kmh(self) -> float:
        """The speed of an estimate."""

    @property
    def travel_detour(self) -> float:
        """The detour factor of an estimate."""


def provider_for(settings: TravelSettings) -> TravelProvider:
    """The provider that an installation is set up for: the roads of its region, or estimates where it has none."""
    if settings.region is None:
        return EstimatedTravel(settings.travel_speed_kmh, settings.travel_detour)
    network = RoadNetwork.from_extract(settings.region)
    return RoadTravel(network, speed_kmh=settings.travel_speed_kmh, detour=settings.travel_detour)
