"""Traces of positions: which fixes say something, how sure they are, and where a line heads in the end."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dispatch.travel.graph import metres_between
from dispatch.travel.ports import Fix, Point

APART_SECONDS = 5.0
"""Fixes that lie closer together in time say the same, with other noise."""
_MOVING_M_S = 10 / 3.6
"""Slower than 10 km/h, a phone does not know where it is heading."""
_ACCURACY_M = (4.0, 10.0, 100.0)
"""Least, usual and most: the accuracy of a fix as a standard deviation."""


def thinned(trace: Sequence[Fix], most: int) -> list[Fix]:
    """The last fix and those before it, each at least 5 s before the next; at most so many."""
    kept: list[Fix] = []
    for fix in reversed(trace):
        if not kept or fix.at <= kept[-1].at - APART_SECONDS:
            kept.append(fix)
        if len(kept) == most:
            break
    return kept[::-1]


def moving_heading(fix: Fix) -> float | None:
    """Where a fix heads, if it moves fast enough to know."""
    if fix.heading is None or not math.isfinite(fix.heading):
        return None
    return fix.heading % 360 if fix.speed is None or fix.speed >= _MOVING_M_S else None


def accuracy(fix: Fix) -> float:
    """Metres of standard deviation, within reason."""
    least, usual, most = _ACCURACY_M
    said = fix.accuracy
    return usual if said is None or not math.isfinite(said) else min(max(said, least), most)


def final_heading(line: Sequence[Point]) -> float | None:
    """The direction in which a line ends, in degrees clockwise from north; None for one that goes nowhere."""
    end = line[-1] if line else (0.0, 0.0)
    for point in reversed(line):
        if metres_between(*point, *end) >= 1:
            north = end[0] - point[0]
            east = (end[1] - point[1]) * math.cos(math.radians(end[0]))
            return math.degrees(math.atan2(east, north)) % 360
    return None
