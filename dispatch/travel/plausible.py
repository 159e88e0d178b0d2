"""Whether what an engine over HTTP says can be: sizes, ranges, and nobody faster than a racing car.

An engine that runs on the wrong data, or something else altogether that listens on its port, answers in good form;
only the numbers give it away. What cannot be is :class:`dispatch.travel.ports.EngineNonsense`, as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.graph import metres_between
from dispatch.travel.ports import NO_WAY, EngineNonsense, IntMatrix, Point, Snapped

FARTHEST_SNAP_M = 500.0
"""A point farther than this from every road cannot be driven to."""
LONGEST_SECONDS = 10 * 86400.0
"""Nobody drives for ten days to the next stop."""
LONGEST_METRES = 40_000_000.0
FASTEST_M_S = 70.0
"""Metres a second as the crow flies, 252 km/h: no road lets a whole way be so fast."""
_ROUNDING = 5.0
"""OSRM answers some tenths of a metre less than nothing between points of one street; that is 0."""
_SLACK_M = 200.0
_SLACK_SHARE = 0.98
"""Of the crow's way: engines round, and measure on another ellipsoid."""

Floats = NDArray[np.float64]


def on_earth(point: Point) -> bool:
    """Whether these are degrees of latitude and longitude at all."""
    lat, lon = point
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def snapped(asked: Point, lat: float, lon: float, street: object) -> Snapped | None:
    """The place that an engine found for a point; None if it is too far away, whatever the engine thinks of that.

    Engines without a limit find a road for (0, 0), thousands of kilometres away, and time the way from there. Raises
    ValueError for a place that is none.
    """
    lat, lon = float(lat), float(lon)
    if not on_earth((lat, lon)):
        raise ValueError("a place that is not on Earth")
    metres = float(metres_between(asked[0], asked[1], lat, lon))
    return Snapped(lat, lon, metres, str(street or "")) if metres <= FARTHEST_SNAP_M else None


def matrix(who: str, rows: Any, shape: tuple[int, int], most: float) -> Floats:
    """A table as floats, NaN where there is no way. ``rows`` as they came out of JSON, None where there is none."""
    try:
        table = np.array(rows, np.float64)
    except (TypeError, ValueError) as error:
        raise EngineNonsense(f"{who} answers a table that is none") from error
    if table.shape != shape:
        raise EngineNonsense(f"{who} answers a table of the wrong size: {table.shape} and not {shape}")
    wrong = ~np.isnan(table) & ~((table >= -_ROUNDING) & (table <= most))
    if wrong.any():
        raise EngineNonsense(f"{who} answers {table[wrong][0]:g}, which cannot be, in {np.count_nonzero(wrong)} cells")
    return np.maximum(table, 0)


def whole(
    who: str, seconds: Floats, metres: Floats, starts: Sequence[Snapped], ends: Sequence[Snapped]
) -> tuple[IntMatrix, IntMatrix]:
    """Both tables in whole numbers with NO_WAY, if they go with where the points lie."""
    no_way = np.isnan(seconds) | np.isnan(metres)
    from_, to = _places(starts), _places(ends)
    crow = np.asarray(metres_between(from_[:, :1], from_[:, 1:], to[:, 0], to[:, 1])).reshape(seconds.shape)
    least = crow * _SLACK_SHARE - _SLACK_M
    with np.errstate(invalid="ignore"):
        wrong = ~no_way & ((metres < least) | (seconds * FASTEST_M_S < least))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise EngineNonsense(
            f"{who} answers {seconds[row, column]:.0f} s and {metres[row, column]:.0f} m for points that are "
            f"{crow[row, column]:.0f} m apart, and the like in {np.count_nonzero(wrong)} cells"
        )
    return _rounded(seconds, no_way), _rounded(metres, no_way)


def _places(points: Sequence[Snapped]) -> Floats:
    return np.array([(point.lat, point.lon) for point in points], np.float64).reshape(-1, 2)


def _rounded(table: Floats, no_way: NDArray[np.bool_]) -> IntMatrix:
    return np.where(no_way, NO_WAY, np.rint(np.where(no_way, 0, table))).astype(np.int32)
