"""Plain tables and numbers for a terminal, a log or a text file."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

NOTHING = "-"


def say(text: str = "") -> None:
    """Print a line at once, also where the output is a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print a line for the person who started it, beside the results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def number(value: float | None, places: int = 2) -> str:
    """A number with so many places; a dash where there is none."""
    return NOTHING if value is None else f"{round(value, places) + 0.0:.{places}f}"  # + 0.0: no minus before nothing


def amount(value: float | None) -> str:
    """A cost, distance or time: no more places than its size deserves."""
    if value is None:
        return NOTHING
    return f"{value:.0f}" if abs(value) >= 1e6 or value == int(value) else f"{value:.2f}"


def count(value: int | None) -> str:
    """A whole number; a dash where there is none."""
    return NOTHING if value is None else str(value)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns as wide as they need to be; the first ``left`` of them begin at the left, the others end at the right."""
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    return "\n".join([line(headings), line(["-" * width for width in widths]), *map(line, rows)])


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None


def geometric_mean(values: Sequence[float]) -> float | None:
    """The geometric mean of positive numbers; None of nothing."""
    return math.exp(math.fsum(map(math.log, values)) / len(values)) if values else None
