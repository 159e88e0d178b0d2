"""Solomon's and Gehring & Homberger's text format (VRPTW)."""

from __future__ import annotations

from optimizer.convert.plane import (
    DIMACS,
    TIME_ZERO,
    Convention,
    both_ways,
    convention_named,
    euclidean,
    numbers,
    on_the_map,
)
from optimizer.domain import Costs, Problem, Shift, Technician, TimeWindow, Visit
from optimizer.invalid import InvalidInput
from optimizer.validation import validated


def solomon_from(text: str, convention: str | None = None) -> Problem:
    """The problem in a Solomon file, with the distance as its ``total``, in the units of the file.

    Convention ``dimacs`` (the default): distances and travel times are Euclidean, times ten, cut off; times are times
    ten. A model second and a model metre are thus a tenth of a unit, and ``per_km`` is 100: R101's best-known 1637.7
    is a ``total`` of 1637.7. Convention ``thousandths``: times a thousand, rounded, and ``per_km`` is 1, close to the
    double precision of the older literature. Each vehicle is a technician with one shift over the depot's window, one
    resource ``load``; each customer a visit that must be done. Vehicles have no price: only distance counts.
    """
    rule = convention_named(convention, DIMACS)
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1) if line.split()]
    name = " ".join(lines[0][1]) if lines else ""
    vehicles = _after(lines, "VEHICLE", "the vehicles: NUMBER and CAPACITY")
    number, words = vehicles[0]
    count, capacity = numbers(number, words, 2, "give NUMBER and CAPACITY of the vehicles")[:2]
    if not 1 <= count <= 10_000 or count != int(count):
        raise InvalidInput(f"line {number}", words[0], "is no number of vehicles", "1 to 10000 can be read")
    rows = [
        numbers(number, words, 7, "a customer is: number, x, y, demand, ready time, due date, service time")
        for number, words in _after(lines, "CUSTOMER", "the customers; the first is the depot")
    ]
    return _problem(name, int(count), capacity, rows, rule)


def _after(lines: list[tuple[int, list[str]]], heading: str, what: str) -> list[tuple[int, list[str]]]:
    """The lines of numbers that follow a heading, up to the next line of words."""
    start = next((index for index, (_, words) in enumerate(lines) if words[0].upper() == heading), None)
    if start is None:
        raise InvalidInput("the file", "", f"has no line {heading}", f"below it stand {what}")
    index, found = start + 1, []
    while index < len(lines) and lines[index][1][0][0].isalpha():  # the names of the columns
        index += 1
    while index < len(lines) and not lines[index][1][0][0].isalpha():
        found.append(lines[index])
        index += 1
    if not found:
        raise InvalidInput(f"line {lines[start][0]}", heading, "nothing stands below it", f"expected are {what}")
    return found


def _problem(name: str, count: int, capacity: float, rows: list[list[float]], rule: Convention) -> Problem:
    ids = [f"{row[0]:g}" for row in rows]
    points = [(row[1], row[2]) for row in rows]
    opens, closes = (TIME_ZERO + rule.whole(rows[0][column]) for column in (4, 5))
    technicians = tuple(
        Technician(
            id=f"vehicle-{number}",
            capacity={"load": capacity},
            costs=Costs(per_km=1000 / rule.scale),
            shifts=(Shift("day", opens, closes, start_location=0, end_location=0),),
        )
        for number in range(1, count + 1)
    )
    visits = tuple(
        Visit(
            id=ids[index],
            location=index,
            duration=rule.whole(row[6]),
            windows=(TimeWindow(TIME_ZERO + rule.whole(row[4]), TIME_ZERO + rule.whole(row[5])),),
            demand={"load": row[3]} if row[3] else {},
        )
        for index, row in enumerate(rows)
        if index
    )
    travel = {"car": both_ways(euclidean(points, rule))}
    return validated(Problem(on_the_map(ids, points), travel, technicians, visits, name=name))
