"""The places of a problem, each once, and the travel between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dispatch.planning.traffic import Traffic, Worked
from dispatch.travel.cache import key_of
from dispatch.travel.ports import Point
from dispatch.travel.provider import TravelProvider
from dispatch.travel.slices import NO_SLICES, TimeSlices
from optimizer.distance import geodesic
from optimizer.domain import Geodesic, Location, Travel


class Places:
    """Points (lat, lon) by their index, and how long it takes from one to another.

    ``passing``: points where somebody is just now; what is measured from there is not remembered. ``slices`` and
    ``worked`` (who works when) say what travel takes on the whole, see :class:`dispatch.planning.traffic.Traffic`.
    """

    def __init__(
        self,
        points: Iterable[Point],
        provider: TravelProvider,
        *,
        passing: Iterable[Point] = (),
        slices: TimeSlices = NO_SLICES,
        worked: Sequence[Worked] = (),
    ) -> None:
        self._index: dict[Point, int] = {}
        lasting: set[int] = set()
        for points_, lasts in ((points, True), (passing, False)):
            for point in points_:
                at = self._index.setdefault(key_of(point), len(self._index))
                if lasts:
                    lasting.add(at)
        self.points = tuple(self._index)
        fleeting = [at for at in range(len(self.points)) if at not in lasting]
        self.traffic = Traffic.measured(provider, self.points, fleeting, slices, worked)
        self.travel: Travel = self.traffic.travel

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
