"""The dynamic instances of a family: the static problem, when each request becomes known, and what others came to."""

from __future__ import annotations

import csv
import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.dynamic.releases import releases_from
from optimizer.convert.plane import DIMACS, THOUSANDTHS, TIME_ZERO, Convention, both_ways, euclidean, numbers
from optimizer.convert.praxedo import DROP_COST, praxedo_from
from optimizer.convert.solomon import solomon_from
from optimizer.domain import Location, Problem
from optimizer.invalid import InvalidInput

DEGREES = (10, 30, 50, 70, 90)
"""Degrees of dynamism: percent of the requests that are not known from the start."""

CUT_OFF = {"C1": 0.380, "C2": 0.509, "R1": 0.357, "R2": 0.419, "RC1": 0.321, "RC2": 0.400}
"""From this share of the day on, technicians who have nothing to do go home and stay there; before, they wait where
they are. The values are those of the author's simulator (`TRSPSimulator`), for the groups of Solomon's instances.
"""


@dataclass(frozen=True)
class Published:
    """What the author's own runs came to: requests rejected, the value of the objective; and of the best plan known
    when all is known beforehand.
    """

    rejected: float
    value: float
    static: float


@dataclass(frozen=True)
class Dynamic:
    """One instance. Instants in epoch seconds of the problem; ``released`` has those of requests that come later.

    ``cut_off``: when whoever has nothing to do goes home; None: nobody does. ``depot``: index of the place where
    technicians get all tools and as many parts as they like, on the way; None: there is none. ``value`` is the term of
    the plan's cost that is compared.
    """

    family: str
    name: str
    degree: int
    problem: Problem
    released: Mapping[str, int]
    value: str
    cut_off: int | None = None
    depot: int | None = None
    published: Published | None = None

    @property
    def group(self) -> str:
        """Solomon's name for instances of this kind: C1, R2, RC1 and so on."""
        match = re.match(r"(R?C?)(\d)", self.name)
        return self.name if match is None else match.group(0)


FAMILIES = ("lackner", "pillac")


def instances(family: str, folder: Path, static: Path | None, only: str | None) -> Iterator[Dynamic]:
    """The instances of a family in a folder, by degree and name. ``static``: the folder of the static instances, where
    it is not below it. ``only``: a pattern for names such as ``R1*`` or ``R101_50``.

    Raises :class:`OSError` for what is missing, and :class:`InvalidInput` with the name of a file that is broken.
    """
    make = {"lackner": _lackner, "pillac": _pillac}[family]
    found = []
    for path in sorted(folder.rglob("*_rd_*.txt")):
        match = re.fullmatch(r"(.+)_rd_(\d+)\.txt", path.name)
        if match is None:
            continue
        name, degree = match.group(1), int(match.group(2))
        short = name.split(".")[0]
        if only is None or any(fnmatch.fnmatch(one, only) for one in (short, f"{short}_{degree}", name)):
            found.append((degree, short, name, path))
    for degree, short, name, path in sorted(found):
        base = (static or folder) / f"{name}.txt" if static else _beside(folder, name)
        try:
            made = make(name, degree, base.read_text("utf-8"), releases_from(path.read_text("utf-8")))
        except InvalidInput as error:
            raise InvalidInput(f"{path.name}: {error.place}", error.value, error.problem, error.remedy) from None
        yield replace(made, name=short, published=_published(family, folder, name, degree))


def _beside(folder: Path, name: str) -> Path:
    for path in folder.rglob(f"{name}.txt"):
        return path
    raise FileNotFoundError(f"{name}.txt is not below {folder}; name the folder of the static instances with --static")


# -- Lackner: vehicles with time windows ----------------------------------------------------------------------------


def _lackner(name: str, degree: int, text: str, dates: Mapping[str, float | None]) -> Dynamic:
    problem = solomon_from(text)
    visits = tuple(replace(visit, drop_cost=DROP_COST) for visit in problem.visits)
    problem = replace(problem, visits=visits)
    return Dynamic("lackner", name, degree, problem, _instants(problem, dates, DIMACS), "travel")


# -- Pillac: technicians with skills, tools and parts ---------------------------------------------------------------


def _pillac(name: str, degree: int, text: str, dates: Mapping[str, float | None]) -> Dynamic:
    problem = _with_depot(praxedo_from(text), text)
    opens = min(shift.start for _, shift in problem.shifts)
    closes = max(shift.end for _, shift in problem.shifts)
    made = Dynamic("pillac", name, degree, problem, _instants(problem, dates, THOUSANDTHS), "duty")
    share = CUT_OFF.get(made.group)
    cut_off = None if share is None else opens + round(share * (closes - opens))
    return replace(made, cut_off=cut_off, depot=len(problem.locations) - 1)


def _with_depot(problem: Problem, text: str) -> Problem:
    """The problem with one more place: the depot, which the reader leaves out."""
    points = []
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\d+(\s+\S+){5,}\s*\[", line):
            _, x, y = numbers(number, line.split()[:3], 3, "a row is: id, x, y, …")
            points.append((x, y))
    (depot, *others) = points
    places = (*problem.locations, Location("depot", 0.0, 0.0))
    travel = {"car": both_ways(euclidean([*others, depot], THOUSANDTHS))}
    return replace(problem, locations=places, travel=travel)


def _instants(problem: Problem, dates: Mapping[str, float | None], rule: Convention) -> dict[str, int]:
    """When the requests that come later become known; a part of a second counts as the next one."""
    known = {visit.id for visit in problem.visits}
    if strange := sorted(known ^ dates.keys()):
        raise InvalidInput(
            "the requests", strange[0], "stand in one of the two files only", "give files that belong together"
        )
    return {visit: TIME_ZERO - int(-(date * rule.scale) // 1) for visit, date in dates.items() if date is not None}


# -- what others came to ---------------------------------------------------------------------------------------------

_TABLES = {
    "lackner": ("reference_summary.csv", "pALNS_rejected", "pALNS_cost", "static_bks_distance"),
    "pillac": ("dynamic_reference_summary.csv", "pALNS_final_rejected", "pALNS_final_duration", "static_bks_duration"),
}


def _published(family: str, folder: Path, name: str, degree: int) -> Published | None:
    file, *columns = _TABLES[family]
    path = folder / file
    if not path.is_file():
        return None
    with path.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["instance"] == name and row["dod"] == str(degree):
                return Published(*(float(row[column]) for column in columns))
    return None
