"""Lengths on the small piece of the earth that an extract covers, and whether an area holds a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dispatch.geocoding.reading import Point

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km; of longitude at the equator."""


def metres(one: Point, other: Point) -> float:
    """The straight way between two points, in metres: exact enough for a few hundred kilometres."""
    width = math.cos(math.radians((one[0] + other[0]) / 2))
    north = one[0] - other[0]
    east = (one[1] - other[1] + 180) % 360 - 180
    return math.hypot(north, east * width) * METRES_PER_DEGREE


def line_metres(line: Sequence[Point]) -> float:
    """The length of a line."""
    return sum(metres(a, b) for a, b in pairwise(line))


def nearest_on(line: Sequence[Point], point: Point) -> tuple[float, Point]:
    """How far a line is from a point in metres, and its nearest place."""
    if len(line) == 1:
        return metres(line[0], point), line[0]
    width = math.cos(math.radians(point[0]))
    best, place = math.inf, line[0]
    for (y1, x1), (y2, x2) in pairwise(line):
        dy, dx = y2 - y1, (x2 - x1) * width
        py, px = point[0] - y1, (point[1] - x1) * width
        length = dy * dy + dx * dx
        share = min(1.0, max(0.0, (py * dy + px * dx) / length)) if length > 0 else 0.0
        distance = math.hypot(py - share * dy, px - share * dx)
        if distance < best:
            best, place = distance, (y1 + share * (y2 - y1), x1 + share * (x2 - x1))
    return best * METRES_PER_DEGREE, place


class Area:
    """An area of several rings: a point in an odd number of them lies inside, so that holes are outside."""

    def __init__(self, rings: Sequence[Sequence[Point]]) -> None:
        starts, ends = [], []
        for ring in rings:
            corners = np.asarray(ring, dtype=np.float64)
            starts.append(corners)
            ends.append(np.roll(corners, -1, axis=0))
        self._starts: NDArray[np.float64] = np.concatenate(starts)
        self._ends: NDArray[np.float64] = np.concatenate(ends)
        self._low, self._high = self._starts.min(axis=0), self._starts.max(axis=0)

    @property
    def size(self) -> float:
        """The size of the box around it, in square degrees: enough to tell the smaller of two."""
        height, width = self._high - self._low
        return float(height * width)

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside."""
        lat, lon = point
        if not (self._low[0] <= lat <= self._high[0] and self._low[1] <= lon <= self._high[1]):
            return False
        y1, x1 = self._starts[:, 0], self._starts[:, 1]
        y2, x2 = self._ends[:, 0], self._ends[:, 1]
        crosses = (y1 > lat) != (y2 > lat)
        at = x1[crosses] + (lat - y1[crosses]) / (y2[crosses] - y1[crosses]) * (x2[crosses] - x1[crosses])
        return bool(np.count_nonzero(at > lon) % 2)
