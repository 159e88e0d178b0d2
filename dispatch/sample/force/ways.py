"""Where somebody is on a way: along the roads, as far as the travel provider knows them."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from dispatch.travel.ports import Point
from dispatch.travel.provider import TravelProvider
from optimizer.distance import geodesic

_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Way:
    """The points of a way, and how many metres each is from its beginning."""

    points: tuple[Point, ...]
    run: tuple[int, ...]

    @classmethod
    def through(cls, points: tuple[Point, ...]) -> Way:
        """The way along these points."""
        return cls(points, (0, *accumulate(geodesic(a, b, 1, 1)[1] for a, b in pairwise(points))))

    @property
    def metres(self) -> int:
        """How long it is."""
        return self.run[-1]

    def place(self, share: float) -> tuple[Point, float]:
        """Where one is after a share of it, and in which direction it goes on there (degrees)."""
        if len(self.points) == 1:
            return self.points[0], 0.0
        metres = min(1.0, max(0.0, share)) * self.metres
        end = min(max(1, bisect_left(self.run, metres)), len(self.points) - 1)
        a, b = self.points[end - 1], self.points[end]
        part = (metres - self.run[end - 1]) / max(1, self.run[end] - self.run[end - 1])
        east = (b[1] - a[1]) * math.cos(math.radians(a[0]))
        heading = math.degrees(math.atan2(east, b[0] - a[0])) % 360
        return (a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])), heading


class Ways:
    """The ways between places, remembered for a while: somebody asks for the same one all along it."""

    def __init__(self, travel: TravelProvider) -> None:
        self._travel = travel
        self.way = lru_cache(_REMEMBERED)(self._way)
        self.seconds = lru_cache(_REMEMBERED)(self._seconds)

    def _way(self, start: Point, end: Point) -> Way:
        legs = self._travel.route([start, end])
        return Way.through(tuple(point for leg in legs for point in leg.points) or (start,))

    def _seconds(self, start: Point, end: Point) -> int:
        """How long it takes in free traffic."""
        return int(self._travel.row(start, [end]).durations[0, 0])
