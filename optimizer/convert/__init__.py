"""Benchmark files of the literature as problems, so that forty years of records can be held against this optimizer.

One unit of ``total`` is one unit of the benchmark's own objective; each reader says how it scales times and distances
to get there. Times of day start at :data:`optimizer.convert.plane.TIME_ZERO`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from optimizer.convert.praxedo import praxedo_from
from optimizer.convert.solomon import solomon_from
from optimizer.convert.vrplib import vrplib_from
from optimizer.domain import Problem
from optimizer.invalid import InvalidInput, nearest, shown
from optimizer.io.files import read_bytes

KINDS: dict[str, Callable[[str, str | None], Problem]] = {
    "solomon": solomon_from,
    "vrplib": vrplib_from,
    "praxedo": praxedo_from,
}
"""Kinds of benchmark file and their readers: text and convention in, problem out."""

CONVENTIONS = ("dimacs", "thousandths")
"""``dimacs``: times ten, cut off. ``thousandths``: times a thousand, rounded. Without one, a reader takes its own."""


def read_benchmark(kind: str, path: str | os.PathLike[str], convention: str | None = None) -> Problem:
    """The problem in a benchmark file of a kind in :data:`KINDS`, under a convention in :data:`CONVENTIONS`.

    Raises :class:`~optimizer.invalid.InvalidInput` naming the line of a broken file, and :class:`OSError`.
    """
    if kind not in KINDS:
        raise InvalidInput("kind", shown(kind), "is no kind of benchmark file", nearest(kind, KINDS))
    if convention is not None and convention not in CONVENTIONS:
        raise InvalidInput("convention", shown(convention), "is no convention", nearest(convention, CONVENTIONS))
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8: byte {error.start + 1} fits no character"
        raise InvalidInput("the file", "", problem, "save it as UTF-8") from None
    return KINDS[kind](text, convention)


__all__ = ["CONVENTIONS", "KINDS", "read_benchmark"]
