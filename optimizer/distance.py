"""How long and how far it is from one place to another."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from optimizer.domain import Geodesic, Problem

EARTH_RADIUS_M = 6_371_009.0


def geodesic(from_: tuple[float, float], to: tuple[float, float], speed_kmh: float, detour: float) -> tuple[int, int]:
    """Seconds and metres along the great circle between two (latitude, longitude) in degrees, stretched by ``detour``.

    The haversine formula; the order of its operations is part of the meaning, since both results are rounded.
    """
    from_lat, to_lat = radians(from_[0]), radians(to[0])
    east = radians(to[1] - from_[1])
    h = sin((to_lat - from_lat) / 2) ** 2 + cos(from_lat) * cos(to_lat) * sin(east / 2) ** 2
    metres = 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h))) * detour
    return round(metres / (speed_kmh / 3.6)), round(metres)


def leg(problem: Problem, profile: str, from_: int, to: int) -> tuple[int, int]:
    """Seconds and metres from one location (by index) to another; a matrix without distances has 0 metres."""
    travel = problem.travel[profile]
    if isinstance(travel, Geodesic):
        if from_ == to:
            return 0, 0
        a, b = problem.locations[from_], problem.locations[to]
        return geodesic((a.lat, a.lon), (b.lat, b.lon), travel.speed_kmh, travel.detour_factor)
    metres = 0 if travel.distances is None else int(travel.distances[from_, to])
    return int(travel.durations[from_, to]), metres
