"""Made-up ways, counted: a measure whose every cell can be told from any other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.travel.kept_blocks import BookKey
from dispatch.travel.ports import NO_WAY, Measured, Point, Source

KEY = BookKey("one")


def place(x: int, y: int) -> Point:
    """A point that its key is equal to."""
    return round(x / 100, 5), round(y / 100, 5)


def seconds(start: Point, end: Point, version: str = "one") -> int:
    """Another number for each pair and version."""
    a, b = (round(point[0] * 100) * 100 + round(point[1] * 100) for point in (start, end))
    return 7 + a * 1000 + b + (0 if version == "one" else 500)


class Roads:
    """Measures them. Off the roads (``off``) there are estimates, which change with each asking."""

    def __init__(self, version: str = "one", off: Sequence[Point] = ()) -> None:
        self.version, self.off = version, frozenset(off)
        self.pairs = 0
        self.calls: list[tuple[int, int]] = []

    def __call__(self, starts: Sequence[Point], ends: Sequence[Point]) -> Measured:
        self.pairs += len(starts) * len(ends)
        self.calls.append((len(starts), len(ends)))
        shape = len(starts), len(ends)
        off = np.array([[a in self.off or b in self.off for b in ends] for a in starts], bool).reshape(shape)
        table = np.array([[seconds(a, b, self.version) for b in ends] for a in starts], np.int32).reshape(shape)
        table = np.where(off, len(self.calls), table).astype(np.int32)
        sources = np.where(off, Source.ESTIMATE, Source.ROAD).astype(np.uint8)
        return Measured(table, (table * 2).astype(np.int32), sources)


def no_way(starts: Sequence[Point], ends: Sequence[Point]) -> Measured:
    """Nothing leads anywhere."""
    table = np.full((len(starts), len(ends)), NO_WAY, np.int32)
    return Measured(table, table, np.full(table.shape, Source.ROAD, np.uint8))
