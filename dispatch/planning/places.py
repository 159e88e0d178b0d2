"""The places of a problem, each once, and the travel between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dispatch.travel.cache import Point, key_of
from dispatch.travel.provider import TravelProvider
from optimizer.distance import geodesic
from optimizer.domain import Geodesic, Location, Travel


class Places:
    """Points (lat, lon) by their index, and how long it takes from one to another."""

    def __init__(self, points: Iterable[Point], provider: TravelProvider) -> None:
        self._index: dict[Point, int] = {}
        for point in points:
            self._index.setdefault(key_of(point), len(self._index))
        self.points = tuple(self._index)
        self.travel: Travel = provider.table(self.points)

    def index(self, lat: float, lon: float) -> int:
        """The index of a point that was named at the beginning. Raises :class:`KeyError` for any other."""
        return self._index[key_of((lat, lon))]

    def seconds(self, start: int, end: int) -> int:
        """Travel time between two places by index."""
        if isinstance(self.travel, Geodesic):
            if start == end:
                return 0
            travel = self.travel
            return geodesic(self.points[start], self.points[end], travel.speed_kmh, travel.detour_factor)[0]
        return int(self.travel.durations[start, end])

    def locations(self) -> tuple[Location, ...]:
        """The places as a problem lists them."""
        return tuple(Location(f"{lat:.5f},{lon:.5f}", lat, lon) for lat, lon in self.points)

    def travels(self, profiles: Iterable[str]) -> Mapping[str, Travel]:
        """The travel of each profile: the same for all, until somebody knows more."""
        return dict.fromkeys(sorted({*profiles, "car"}), self.travel)
