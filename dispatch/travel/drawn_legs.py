"""The points along legs that a map shows again and again, remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from dispatch.travel.cache import key_of
from dispatch.travel.ports import Leg, Point, Source

MOST_LEGS = 5000
MOST_POINTS = 400
"""A leg is drawn with no more points; one of 400 that is shown on a screen looks like the road."""

_Ends = tuple[str, Point, Point]


class DrawnLegs:
    """Legs between places by the engine's version and both ends; only those on roads. Safe among threads."""

    def __init__(self, most: int = MOST_LEGS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._legs: dict[_Ends, Leg] = {}  # in the order of their last use

    def through(
        self, points: Sequence[Point], version: str, route: Callable[[Sequence[Point]], tuple[Leg, ...]]
    ) -> tuple[Leg, ...]:
        """The legs through these points; ``route`` is asked for those that are not known, one run of them at a time."""
        ends = [(version, key_of(start), key_of(end)) for start, end in pairwise(points)]
        with self._lock:
            found = [self._legs.pop(one, None) for one in ends]
            self._legs |= {one: leg for one, leg in zip(ends, found, strict=True) if leg is not None}
        for unknown, run in groupby(range(len(ends)), lambda at: found[at] is None):
            at = list(run)
            if unknown:
                legs = [_thinned(leg) for leg in route(points[at[0] : at[-1] + 2])]
                found[at[0] : at[-1] + 1] = legs
                self._keep({ends[one]: leg for one, leg in zip(at, legs, strict=True)})
        return tuple(leg for leg in found if leg is not None)

    def _keep(self, legs: dict[_Ends, Leg]) -> None:
        on_roads = {
            ends: replace(leg, source=Source.CACHED) for ends, leg in legs.items() if leg.source is not Source.ESTIMATE
        }
        with self._lock:
            self._legs |= on_roads
            for old in list(self._legs)[: max(0, len(self._legs) - self._most)]:
                del self._legs[old]


def _thinned(leg: Leg) -> Leg:
    step = -(-len(leg.points) // MOST_POINTS)
    if step <= 1:
        return leg
    return replace(leg, points=(*leg.points[:-1:step], leg.points[-1]))
