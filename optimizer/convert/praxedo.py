"""Pillac, Guéret & Medaglia's text format for technician routing (TRSP), with or without road matrices."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.convert.plane import (
    THOUSANDTHS,
    TIME_ZERO,
    Convention,
    both_ways,
    convention_named,
    euclidean,
    frozen,
    numbers,
    on_the_map,
    whole,
)
from optimizer.domain import Costs, Matrix, Problem, Role, Shift, Technician, TimeWindow, Visit
from optimizer.invalid import InvalidInput, shown
from optimizer.validation import validated

DROP_COST = 10_000.0
"""More than any one visit can save, so that fewest unserved comes first and working time second."""

_MINUTES = Convention(60, cut=False)
_ROW = re.compile(r"([^\[\]]+)" + r"\s*\[([^\[\]]*)\]" * 3 + r"\s*\Z")


@dataclass(frozen=True)
class _Row:
    """A line of the table: place, window, service, and what it has (a technician) or needs (a request)."""

    x: float
    y: float
    opens: float
    closes: float
    service: float
    skills: dict[str, int]
    parts: dict[str, float]


def praxedo_from(text: str, convention: str | None = None) -> Problem:
    """The problem in a TRSP file; with all requests served, ``total`` is the working time in the units of the file.

    Working time is what the references count: for each technician used, the end of the route minus its start, waiting
    included, the start free. That is duty from the latest departure, the only price here. A request left out costs
    10000, more than it can save.

    * Files with matrices (minutes and kilometres, four decimals) were made from whole seconds and tens of metres:
      times 60 and times 1000, rounded, gives these back. ``per_duty_hour`` is 60, so that a minute costs 1.
    * Files without (coordinates alone): Euclidean, times a thousand, rounded (convention ``thousandths``; ``dimacs``
      can be asked for); ``per_duty_hour`` is 3600 / scale, so that a unit of time costs 1.

    Skills and tools are skills of level 1, spare parts are carried and used up. A way that the literature allows is
    left out: a stop at the central depot to fetch tools and parts. A technician without them does not do the request
    (in files without tools and parts nothing is lost). Technicians are numbered and start at home; where the matrices
    have separate rows for coming home, routes end there.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    crew = _crew(lines)
    rows = _rows(lines)
    if len(rows) <= crew:
        problem = f"has {len(rows)} rows for the depot, {crew} technicians and the requests"
        raise InvalidInput("the file", "", problem, "they stand below the line `ID X Y …`")
    copies = 2 * crew
    times = _matrix(lines, "TRAVEL TIMES", len(rows) + copies)
    metres = _matrix(lines, "DISTANCES", len(rows) + copies)
    people, requests = rows[1 : crew + 1], rows[crew + 1 :]
    ids = [f"home-{number}" for number in range(1, crew + 1)]
    ids += [f"request-{number}" for number in range(crew + 1, len(rows))]
    points = [(row.x, row.y) for row in rows[1:]]
    ends = list(range(crew))
    if times is None:
        rule = convention_named(convention, THOUSANDTHS)
        travel = both_ways(euclidean(points, rule))
    else:
        rule = _MINUTES
        keep = np.arange(1, len(rows))  # without the depot and its copies, which nobody visits
        if any((times[1 + t] != times[len(rows) + t]).any() for t in range(crew)):
            keep = np.arange(1, len(rows) + crew)
            ids += [f"return-{number}" for number in range(1, crew + 1)]
            points += points[:crew]
            ends = [len(rows) - 1 + t for t in range(crew)]
        durations = frozen(np.round(times[np.ix_(keep, keep)] * 60))
        travel = Matrix(durations, None if metres is None else frozen(np.round(metres[np.ix_(keep, keep)] * 1000)))
    technicians = tuple(
        Technician(
            id=str(number),
            skills=row.skills,
            capacity=row.parts,
            costs=Costs(per_duty_hour=3600 / rule.scale),
            shifts=(Shift("day", *_window(row, rule), start_location=number - 1, end_location=ends[number - 1]),),
        )
        for number, row in enumerate(people, start=1)
    )
    visits = tuple(
        Visit(
            id=str(number),
            location=number - 1,
            duration=rule.whole(row.service),
            windows=(TimeWindow(*_window(row, rule)),),
            demand=row.parts,
            roles=(Role(row.skills),),
            drop_cost=DROP_COST,
        )
        for number, row in enumerate(requests, start=crew + 1)
    )
    return validated(Problem(on_the_map(ids, points), {"car": travel}, technicians, visits, name=lines[0][1]))


def _window(row: _Row, rule: Convention) -> tuple[int, int]:
    return TIME_ZERO + rule.whole(row.opens), TIME_ZERO + rule.whole(row.closes)


def _crew(lines: list[tuple[int, str]]) -> int:
    place = _find(lines, "CREW COUNT", "below it stands the number of technicians")
    if place + 1 >= len(lines):
        raise InvalidInput("the file", "", "ends after CREW COUNT", "the number of technicians is missing")
    number, line = lines[place + 1]
    crew = whole(number, line.split()[0], "the first number is that of the technicians")
    if not 1 <= crew <= 10_000:
        raise InvalidInput(f"line {number}", str(crew), "is no number of technicians", "1 to 10000 can be read")
    return crew


def _rows(lines: list[tuple[int, str]]) -> list[_Row]:
    what = "a row is: id, x, y, earliest, latest, service, [skills] [tools] [parts]"
    rows: list[_Row] = []
    for number, line in lines[_find(lines, "ID", what) + 1 :]:
        if line[0].isalpha():
            break
        match = _ROW.match(line)
        if match is None:
            raise InvalidInput(f"line {number}", shown(line), "is no row of the table", what)
        head, skills, tools, parts = match.groups()
        index, x, y, opens, closes, service = numbers(number, head.split(), 6, what)[:6]
        if index != len(rows):
            raise InvalidInput(f"line {number}", shown(f"{index:g}"), f"must be row {len(rows)}", "ids count from 0")
        has = {f"skill-{_item(number, item)}": 1 for item in skills.split(",") if item.strip()}
        has |= {f"tool-{_item(number, item)}": 1 for item in tools.split(",") if item.strip()}
        counts = [_item(number, item) for item in parts.split(",") if item.strip()]
        carried = {f"part-{part}": float(count) for part, count in enumerate(counts) if count}
        rows.append(_Row(x, y, opens, closes, service, has, carried))
    return rows


def _item(line: int, word: str) -> int:
    return whole(line, word.strip(), "skills, tools and parts are whole numbers")


def _matrix(lines: list[tuple[int, str]], heading: str, size: int) -> NDArray[np.float64] | None:
    """A matrix of the file (rows are an index and entries, between semicolons); None where it has none."""
    start = next((place for place, (_, line) in enumerate(lines) if line == heading), None)
    if start is None:
        return None
    table = np.zeros((size, size))
    found = lines[start + 1 : start + 1 + size]
    for index, (number, line) in enumerate(found):
        what = f"a row of {heading} is its index and {size} numbers, between semicolons"
        words = [word for word in line.split(";") if word.strip()]
        values = numbers(number, words, size + 1, what)
        if len(values) != size + 1 or values[0] != index:
            raise InvalidInput(f"line {number}", f"{len(words)} entries", f"is not row {index}", what)
        table[index] = values[1:]
    if len(found) < size:
        problem = f"has {len(found)} rows and needs {size}"
        remedy = "one for the depot, each technician and request, each way home and each visit to the depot"
        raise InvalidInput(heading, "", problem, remedy)
    return table


def _find(lines: list[tuple[int, str]], heading: str, what: str) -> int:
    for place, (_, line) in enumerate(lines):
        if line == heading or line.startswith(f"{heading} "):
            return place
    raise InvalidInput("the file", "", f"has no line `{heading} …`", what)
