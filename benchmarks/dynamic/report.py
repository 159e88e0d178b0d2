"""What days came to, degree by degree, beside what was published."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dynamic.instances import DEGREES, Published
from benchmarks.tables import amount, mean, number, table


@dataclass(frozen=True, slots=True)
class Row:
    """One day. ``value`` as the publication counts it, ``wrong`` what the checker and the rules say against it."""

    name: str
    degree: int
    requests: int
    rejected: int
    value: float
    published: Published | None
    plans: int
    seconds: float
    slowest: float
    wrong: tuple[str, ...]

    @property
    def gap(self) -> float | None:
        """Percent above the best plan known when all is known beforehand."""
        return None if self.published is None else 100 * (self.value / self.published.static - 1)

    @property
    def their_gap(self) -> float | None:
        """The same of what was published."""
        return None if self.published is None else 100 * (self.published.value / self.published.static - 1)


def line(row: Row, done: int, of: int) -> str:
    """One day, as soon as it is over."""
    theirs = ""
    if row.published is not None:
        theirs = f" (published: {row.published.rejected:g} rejected, {amount(row.published.value)})"
    told = f"[{done}/{of}] {row.name} {row.degree} %: {row.rejected} rejected, {amount(row.value)}{theirs}"
    told += f", {row.plans} plans, {number(row.seconds, 1)} s, slowest {number(row.slowest)} s"
    return told + "".join(f"\n    WRONG: {one}" for one in row.wrong)


def by_degree(rows: Sequence[Row], value: str) -> str:
    """The means of each degree. Only instances with published figures count, the same ones on both sides."""
    headings = ["known later", "instances", "rejected", "published", f"{value}, gap %", "published", "fewer", "more"]
    cells = []
    for degree in DEGREES:
        some = [row for row in rows if row.degree == degree and row.published is not None]
        if not some:
            continue
        ours = [float(row.rejected) for row in some]
        theirs = [row.published.rejected for row in some if row.published is not None]
        pairs = list(zip(ours, theirs, strict=True))
        cells.append(
            [
                f"{degree} %",
                str(len(some)),
                number(mean(ours)),
                number(mean(theirs)),
                number(mean([row.gap for row in some if row.gap is not None])),
                number(mean([row.their_gap for row in some if row.their_gap is not None])),
                str(sum(mine < other for mine, other in pairs)),
                str(sum(mine > other for mine, other in pairs)),
            ]
        )
    return table(headings, cells)


def write(rows: Sequence[Row], path: Path) -> None:
    """One line a day, as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        head = ["instance", "dod", "requests", "rejected", "value", "published_rejected", "published_value", "static"]
        out.writerow([*head, "plans", "seconds", "slowest", "wrong"])
        for row in rows:
            known = row.published
            theirs = ["", "", ""] if known is None else [known.rejected, known.value, known.static]
            took = [row.plans, round(row.seconds, 2), round(row.slowest, 3), len(row.wrong)]
            out.writerow([row.name, row.degree, row.requests, row.rejected, round(row.value, 3), *theirs, *took])
