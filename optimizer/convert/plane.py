"""What the benchmark readers share: numbers of a line, Euclidean travel in whole units, planes on the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.domain import IntMatrix, Location, Matrix
from optimizer.invalid import InvalidInput, nearest, shown

TIME_ZERO = 946_684_800
"""Time 0 of every benchmark: 2000-01-01T00:00:00+00:00, in seconds since the Unix epoch."""

_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Convention:
    """How a benchmark's numbers become whole: times ``scale``, then ``cut`` off or rounded half to even."""

    scale: int
    cut: bool

    def whole(self, value: float) -> int:
        """One number."""
        return math.floor(value * self.scale) if self.cut else round(value * self.scale)

    def table(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A table of numbers."""
        scaled = values * self.scale
        return np.floor(scaled) if self.cut else np.round(scaled)


DIMACS = Convention(10, cut=True)
"""The rule of the DIMACS implementation challenge for VRPTW: tenths, cut off."""
THOUSANDTHS = Convention(1000, cut=False)


def convention_named(name: str | None, default: Convention) -> Convention:
    """The convention of a name; the default where none is given."""
    known = {"dimacs": DIMACS, "thousandths": THOUSANDTHS}
    if name is None:
        return default
    if name not in known:
        raise InvalidInput("convention", shown(name), "is no convention", nearest(name, known))
    return known[name]


def numbers(line: int, words: Sequence[str], least: int, what: str) -> list[float]:
    """The numbers of a line, at least so many. Raises :class:`InvalidInput` naming the line, counted from 1."""
    if len(words) < least:
        found = shown(" ".join(words))
        raise InvalidInput(f"line {line}", found, f"must hold {least} numbers", what)
    values = []
    for word in words:
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or abs(value) > 1e9:
            raise InvalidInput(f"line {line}", shown(word), "must be a number", what)
        values.append(value)
    return values


def whole(line: int, word: str, what: str) -> int:
    """A whole number of a line."""
    value = numbers(line, [word], 1, what)[0]
    if value != int(value):
        raise InvalidInput(f"line {line}", shown(word), "must be a whole number", what)
    return int(value)


def euclidean(points: Sequence[tuple[float, float]], convention: Convention) -> IntMatrix:
    """Distances of all pairs in whole units, read-only."""
    plane = np.array(points, dtype=np.float64).reshape(len(points), 2)
    across = plane[:, None, :] - plane[None, :, :]
    return frozen(convention.table(np.sqrt((across**2).sum(axis=2))))


def frozen(table: NDArray[np.float64]) -> IntMatrix:
    """A table of whole numbers as a read-only matrix. Raises :class:`InvalidInput` where they are too large."""
    if table.size and not (table.min() >= 0 and table.max() <= _MOST):
        raise InvalidInput("the file", "", "holds distances that are too large", "correct the coordinates")
    result = table.astype(np.int32)
    result.setflags(write=False)
    return result


def both_ways(table: IntMatrix) -> Matrix:
    """Travel whose seconds and metres are the same whole units."""
    return Matrix(table, table)


def on_the_map(ids: Sequence[str], points: Sequence[tuple[float, float]]) -> tuple[Location, ...]:
    """A picture of the plane near latitude 0, longitude 0: at most a degree wide, so that it is hardly distorted.

    It is to be looked at; travel is in the matrix.
    """
    reach = max((abs(coordinate) for point in points for coordinate in point), default=0.0)
    shrink = 10 ** max(0, math.ceil(math.log10(reach))) if reach > 0 else 1
    return tuple(
        Location(name, round(y / shrink, 9), round(x / shrink, 9)) for name, (x, y) in zip(ids, points, strict=True)
    )
