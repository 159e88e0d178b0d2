"""The plainest estimate there is: along the great circle, stretched by a factor, at one speed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dispatch.travel.ports import FREE, Fix, Leg, Measured, OnRoad, Point, Snapped, Source, Speeds
from optimizer.distance import EARTH_RADIUS_M


class CrowFlight:
    """As the crow flies at one speed: what the planning model calls geodesic travel, as an engine.

    Wrong by a fifth to a third on real roads; kept for plans that ask for it, and as the yardstick for better ones.
    """

    name = "estimated"

    def __init__(self, speed_kmh: float = 40, detour: float = 1.3) -> None:
        self.speed_kmh, self.detour = speed_kmh, detour
        self.version = f"crow-{speed_kmh:g}-{detour:g}"

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """The very numbers of :func:`optimizer.distance.geodesic`, for all pairs at once."""
        a, b = (np.radians(np.array(points, np.float64).reshape(-1, 2)) for points in (starts, ends))
        lat_a, lat_b = a[:, :1], b[:, 0]
        h = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((b[:, 1] - a[:, 1:]) / 2) ** 2
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h))) * self.detour
        seconds = metres / (self.speed_kmh / 3.6) * speeds.factor
        return Measured(
            np.rint(seconds).astype(np.int32),
            np.rint(metres).astype(np.int32),
            np.full(metres.shape, Source.ESTIMATE, np.uint8),
        )

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """Straight lines."""
        found = []
        for start, end in pairwise(points):
            measured = self.table([start], [end], speeds)
            seconds, metres = int(measured.durations[0, 0]), int(measured.distances[0, 0])
            found.append(Leg(seconds, metres, (start, end), Source.ESTIMATE))
        return tuple(found)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """Every point stands for itself: nothing is known of roads."""
        return [Snapped(lat, lon, 0.0) for lat, lon in points]

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """Nothing is known of roads."""
        return None
