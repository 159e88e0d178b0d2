"""The places of the points that an engine was asked for last, so that it is not asked again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from dispatch.travel.ports import Point, Snapped

_DIGITS = 5
"""Decimals of a degree that tell points apart: about a metre."""


class SnappedPoints:
    """So many points with the roads nearest to them (None: too far). Safe among threads."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._places: OrderedDict[Point, Snapped | None] = OrderedDict()

    def __contains__(self, point: Point) -> bool:
        with self._lock:
            return _key(point) in self._places

    def get(self, point: Point) -> Snapped | None:
        """What was kept for a point; None, too, for one that is not known."""
        key = _key(point)
        with self._lock:
            if key in self._places:
                self._places.move_to_end(key)
            return self._places.get(key)

    def keep(self, point: Point, place: Snapped | None) -> None:
        """Remember it, and forget what was asked for longest ago where there are too many."""
        with self._lock:
            self._places[_key(point)] = place
            self._places.move_to_end(_key(point))
            if len(self._places) > self._most:
                self._places.popitem(last=False)

    def clear(self) -> None:
        """Forget all: the data has changed."""
        with self._lock:
            self._places.clear()


def _key(point: Point) -> Point:
    return round(point[0], _DIGITS), round(point[1], _DIGITS)
