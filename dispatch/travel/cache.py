"""A table of ways between points that grows by what is asked for, and forgets what has not been asked for longest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
IntMatrix = NDArray[np.int32]
Measure = Callable[[Sequence[Point], Sequence[Point]], tuple[IntMatrix, IntMatrix]]
"""Seconds and metres from each start (rows) to each end (columns)."""

KEY_DIGITS = 5
"""Points are told apart by so many decimals of a degree: about a metre."""


def key_of(point: Point) -> Point:
    """The point as the cache tells it apart."""
    return round(point[0], KEY_DIGITS), round(point[1], KEY_DIGITS)


class PairCache:
    """Seconds and metres between all points of which it knows; only new ones are measured. Safe among threads."""

    def __init__(self, measure: Measure, most_points: int = 2500) -> None:
        """``most_points``: beyond so many, those asked for least recently are forgotten. 2,500 take 50 MB."""
        self._measure = measure
        self._most = most_points
        self._lock = threading.Lock()
        self._index: dict[Point, int] = {}  # in the order of their last use
        self._seconds: IntMatrix = np.zeros((0, 0), np.int32)
        self._metres: IntMatrix = np.zeros((0, 0), np.int32)

    def __len__(self) -> int:
        return len(self._index)

    def table(self, points: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """Square tables over these points, read-only; zero between points that are the same."""
        keys = [key_of(point) for point in points]
        with self._lock:
            unseen = [key for key in dict.fromkeys(keys) if key not in self._index]
            if unseen:
                self._forget(len(unseen), set(keys))
                self._learn(unseen)
            for key in dict.fromkeys(keys):
                self._index[key] = self._index.pop(key)
            chosen = np.array([self._index[key] for key in keys], np.int64)
            grid = np.ix_(chosen, chosen)
            tables = self._seconds[grid], self._metres[grid]
        for table in tables:
            table.flags.writeable = False
        return tables

    def _forget(self, coming: int, wanted: set[Point]) -> None:
        if len(self._index) + coming <= self._most:
            return
        spare = [key for key in self._index if key not in wanted]
        # Half of the room is made free at once, so that this is not done at every call.
        dropped = set(spare[: max(0, len(self._index) + coming - self._most // 2)])
        kept = {key: at for key, at in self._index.items() if key not in dropped}
        rows = np.array(list(kept.values()), np.int64)
        self._seconds, self._metres = (table[np.ix_(rows, rows)] for table in (self._seconds, self._metres))
        self._index = {key: at for at, key in enumerate(kept)}

    def _learn(self, unseen: list[Point]) -> None:
        known = sorted(self._index, key=self._index.__getitem__)
        outward = self._measure(unseen, [*known, *unseen])
        inward = self._measure(known, unseen)
        size, old = len(known) + len(unseen), len(known)
        grown = []
        for before, out, back in zip((self._seconds, self._metres), outward, inward, strict=True):
            table = np.zeros((size, size), np.int32)
            table[:old, :old] = before
            table[old:] = out
            table[:old, old:] = back
            np.fill_diagonal(table, 0)
            grown.append(table)
        self._seconds, self._metres = grown
        self._index |= {key: old + at for at, key in enumerate(unseen)}
