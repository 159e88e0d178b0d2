"""What a problem must keep to before anybody plans with it: ranges, order, references. The one telling of it.

:mod:`optimizer.io` and :class:`optimizer.model.Model` both end here, so a file and a program hear the same words.
Places are those of the JSON (``visits[17].windows[0]``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from optimizer.domain import (
    Break,
    Costs,
    Geodesic,
    IntMatrix,
    Location,
    Matrix,
    Problem,
    Promise,
    Shift,
    Technician,
    TimeWindow,
    Visit,
)
from optimizer.invalid import Complaints, inside, nearest, shown
from optimizer.references import check_references
from optimizer.times import format_duration, format_time

MAX_COST = 1e9
"""The largest cost or rate. A visit that must be done has no ``drop_cost`` rather than a huge one."""
MAX_DURATION = 366 * 86_400
MAX_QUANTITY = 1e9
MAX_LEVEL = 1_000_000
MAX_PACE = 60
SPEEDS_KMH = (1, 2000)
MAX_DETOUR = 20
MAX_TRAVEL = 2**31 - 1
MAX_BREAKS = 6  # a shift: the search weighs every set of them that may be taken
"""The largest entry of a matrix."""


def validated(problem: Problem) -> Problem:
    """``problem`` with sorted windows. Raises :class:`~optimizer.invalid.InvalidInput` with all that is wrong."""
    complaints = Complaints()
    _Validation(problem, complaints).run()
    check_references(problem, complaints)
    complaints.raise_any()
    if all(len(visit.windows) < 2 or _sorted(visit) for visit in problem.visits):
        return problem
    visits = (visit if _sorted(visit) else replace(visit, windows=_in_order(visit)) for visit in problem.visits)
    return replace(problem, visits=tuple(visits))


class _Validation:
    """One pass over one problem."""

    def __init__(self, problem: Problem, complaints: Complaints) -> None:
        self.problem, self.complain = problem, complaints.add
        self.places = len(problem.locations)

    def run(self) -> None:
        problem = self.problem
        self.unique((location.id for location in problem.locations), "locations")
        for index, location in enumerate(problem.locations):
            self.location(location, f"locations[{index}]")
        for profile, travel in problem.travel.items():
            self.travel(travel, inside("travel", profile))
        self.unique((technician.id for technician in problem.technicians), "technicians")
        for index, technician in enumerate(problem.technicians):
            self.technician(technician, f"technicians[{index}]")
        self.unique((visit.id for visit in problem.visits), "visits")
        for index, visit in enumerate(problem.visits):
            self.visit(visit, f"visits[{index}]")
        if problem.balance is not None:
            self.duration(problem.balance.target, "balance.target")
            self.cost(problem.balance.cost_per_hour_over, "balance.cost_per_hour_over")

    # -- one thing each -----------------------------------------------------------------------------------------

    def location(self, location: Location, place: str) -> None:
        self.within(location.lat, -90, 90, f"{place}.lat", "degrees north, in WGS 84")
        self.within(location.lon, -180, 180, f"{place}.lon", "degrees east, in WGS 84")

    def travel(self, travel: Geodesic | Matrix, place: str) -> None:
        if isinstance(travel, Geodesic):
            self.within(travel.speed_kmh, *SPEEDS_KMH, f"{place}.speed_kmh", "kilometres in an hour")
            if not 0 < travel.detour_factor <= MAX_DETOUR:
                problem = f"must be greater than 0 and at most {MAX_DETOUR}"
                self.complain(f"{place}.detour_factor", shown(travel.detour_factor), problem, "1.3 is usual in towns")
            return
        for name, table in (("durations", travel.durations), ("distances", travel.distances)):
            if table is None:
                continue
            where = f"{place}.{name}"
            if table.shape != (self.places, self.places):
                size = " × ".join(map(str, table.shape))
                problem = f"must be square over the {self.places} locations"
                self.complain(where, size, problem, "give a row and a column for each location")
            elif table.size and table.min() < 0:
                row, column = np.unravel_index(int(table.argmin()), table.shape)
                self.complain(f"{where}[{row}][{column}]", str(table.min()), "must not be negative", "")

    def technician(self, technician: Technician, place: str) -> None:
        self.levels(technician.skills, f"{place}.skills")
        self.quantities(technician.capacity, f"{place}.capacity")
        if not 0 < technician.pace <= MAX_PACE:
            problem = f"must be greater than 0 and at most {MAX_PACE}"
            self.complain(f"{place}.pace", shown(technician.pace), problem, "leave it out for 1, the usual pace")
        if technician.profile not in self.problem.travel:
            remedy = nearest(technician.profile, self.problem.travel)
            self.complain(f"{place}.profile", shown(technician.profile), "is no profile in `travel`", remedy)
        for name in Costs.__slots__:
            self.cost(getattr(technician.costs, name), f"{place}.costs.{name}")
        self.unique((shift.id for shift in technician.shifts), f"{place}.shifts")
        for index, shift in enumerate(technician.shifts):
            self.shift(shift, f"{place}.shifts[{index}]")

    def shift(self, shift: Shift, place: str) -> None:
        if abs(shift.utc_offset) >= 86_400 or shift.utc_offset % 60:
            self.complain(f"{place}.start", str(shift.utc_offset), "has no usable UTC offset", "use whole minutes")
        elif shift.end < shift.start:
            value = f"{format_time(shift.start, shift.utc_offset)} to {format_time(shift.end, shift.utc_offset)}"
            self.complain(place, value, "the shift ends before it starts", "swap the two, or correct the date")
        self.index(shift.start_location, f"{place}.start_location")
        if shift.end_location is not None:
            self.index(shift.end_location, f"{place}.end_location")
        self.duration(shift.max_overtime, f"{place}.max_overtime")
        if shift.max_duty is not None:
            self.duration(shift.max_duty, f"{place}.max_duty")
        if len(shift.breaks) > MAX_BREAKS:
            remedy = "join breaks that follow each other"
            self.complain(f"{place}.breaks", str(len(shift.breaks)), f"a shift has at most {MAX_BREAKS} breaks", remedy)
        self.unique((rest.id for rest in shift.breaks), f"{place}.breaks")
        for index, rest in enumerate(shift.breaks):
            self.rest(rest, shift, f"{place}.breaks[{index}]")

    def rest(self, rest: Break, shift: Shift, place: str) -> None:
        self.duration(rest.duration, f"{place}.duration")
        if rest.latest < rest.earliest and abs(shift.utc_offset) < 86_400:
            value = f"{format_time(rest.earliest, shift.utc_offset)} to {format_time(rest.latest, shift.utc_offset)}"
            self.complain(place, value, "the break's latest start is before its earliest", "swap the two")

    def visit(self, visit: Visit, place: str) -> None:
        self.index(visit.location, f"{place}.location")
        self.duration(visit.duration, f"{place}.duration")
        for index, window in enumerate(visit.windows):
            if window.latest < window.earliest:
                value = f"{format_time(window.earliest)} to {format_time(window.latest)}"
                self.complain(f"{place}.windows[{index}]", value, "the window ends before it starts", "swap the two")
        if visit.demand:
            self.quantities(visit.demand, f"{place}.demand")
        if not visit.roles:
            remedy = "name a role for each technician needed, or leave `roles` out"
            self.complain(f"{place}.roles", "[]", "must not be empty", remedy)
        for index, role in enumerate(visit.roles):
            where = f"{place}.skills" if len(visit.roles) == 1 else f"{place}.roles[{index}].skills"
            self.levels(role.skills, where)
        for name, promise in (("arrive_by", visit.arrive_by), ("complete_by", visit.complete_by)):
            if promise is not None:
                self.promise(promise, f"{place}.{name}")
        if visit.drop_cost is not None:
            self.cost(visit.drop_cost, f"{place}.drop_cost")
        self.cost(visit.preference_cost, f"{place}.preference_cost")
        self.cost(visit.reassign_cost, f"{place}.reassign_cost")
        self.cost(visit.cost_per_hour_later, f"{place}.cost_per_hour_later")
        for index, link in enumerate(visit.after):
            where = f"{place}.after[{index}]"
            self.duration(link.min_gap, f"{where}.min_gap")
            if link.max_gap is not None:
                self.duration(link.max_gap, f"{where}.max_gap")
                if link.max_gap < link.min_gap:
                    value = f"{_duration(link.max_gap)} and {_duration(link.min_gap)}"
                    self.complain(f"{where}.max_gap", value, "is shorter than `min_gap`", "make it at least as long")

    def promise(self, promise: Promise, place: str) -> None:
        self.cost(promise.breach_cost, f"{place}.breach_cost")
        self.cost(promise.cost_per_hour_late, f"{place}.cost_per_hour_late")

    # -- kinds of value -----------------------------------------------------------------------------------------

    def unique(self, ids: Iterable[str], place: str) -> None:
        first: dict[str, int] = {}
        for index, name in enumerate(ids):
            if not name:
                self.complain(f"{place}[{index}].id", '""', "must not be empty", "")
            elif name in first:
                remedy = "ids are unique in their list: rename one of them"
                problem = f"is the id of {place}[{first[name]}] too"
                self.complain(f"{place}[{index}].id", shown(name), problem, remedy)
            else:
                first[name] = index

    def within(self, value: float, least: float, most: float, place: str, unit: str) -> None:
        if not least <= value <= most:
            self.complain(place, shown(value), f"must lie between {least} and {most}", unit)

    def index(self, index: int, place: str) -> None:
        if not 0 <= index < self.places:
            problem = f"is no index into the {self.places} locations"
            remedy = f"count from 0 to {self.places - 1}" if self.places else "add locations"
            self.complain(place, str(index), problem, remedy)

    def duration(self, seconds: int, place: str) -> None:
        if not 0 <= seconds <= MAX_DURATION:
            problem = "must not be negative" if seconds < 0 else "is longer than 366 days"
            remedy = "a shift goes without a limit where it is left out" if place.endswith("max_duty") else ""
            self.complain(place, _duration(seconds), problem, remedy)

    def cost(self, cost: float, place: str) -> None:
        if 0 <= cost <= MAX_COST:
            return
        if place.endswith("drop_cost") and cost > MAX_COST:
            remedy = "leave it out (or null) for a visit that must be done"
        else:
            remedy = "costs are what a better plan saves" if cost < 0 else "count in a larger unit"
        problem = "must not be negative" if cost < 0 else f"must be at most {MAX_COST:.0f}"
        self.complain(place, shown(cost), problem, remedy)

    def levels(self, skills: Mapping[str, int], place: str) -> None:
        for name, level in skills.items():
            if not 0 <= level <= MAX_LEVEL:
                problem = f"must lie between 0 and {MAX_LEVEL}"
                self.complain(inside(place, name), shown(level), problem, "a level of 1 says: has the skill")

    def quantities(self, quantities: Mapping[str, float], place: str) -> None:
        for name, quantity in quantities.items():
            if not 0 <= quantity <= MAX_QUANTITY:
                problem = f"must lie between 0 and {MAX_QUANTITY:.0f}"
                self.complain(inside(place, name), shown(quantity), problem, "")
            elif round(quantity, 3) != quantity:
                problem = "has more than three decimals"
                self.complain(inside(place, name), shown(quantity), problem, "round it, or count in a smaller unit")


def matrix(rows: object, size: int, place: str, complaints: Complaints) -> IntMatrix:
    """A square table of whole numbers over ``size`` locations, read-only. What is wrong is noted; then it is zeros.

    ``rows`` is a list of lists as read from JSON, or an array. Each entry is whole, not negative, below 2^31.
    """
    zeros = np.zeros((size, size), dtype=np.int32)
    shape = f"must have {size} rows, one for each location"
    if isinstance(rows, np.ndarray):
        rows = rows.tolist()
    if not isinstance(rows, list):
        complaints.add(place, shown(rows), "must be a list of lists", shape)
        return zeros
    if len(rows) != size:
        complaints.add(place, f"{len(rows)} rows", shape, "give a row and a column for each location")
        return zeros
    table = np.zeros((size, size))
    for index, row in enumerate(rows):
        where = f"{place}[{index}]"
        if not isinstance(row, list) or len(row) != size:
            found = f"{len(row)} entries" if isinstance(row, list) else shown(row)
            complaints.add(where, found, f"must be a list of {size} numbers, one for each location", "")
            return zeros
        if not {int, float}.issuperset(map(type, row)):
            column = next(column for column, entry in enumerate(row) if type(entry) not in (int, float))
            problem = "must be a number" if row[column] is not None else "must be a number: null says nothing"
            complaints.add(f"{where}[{column}]", shown(row[column]), problem, "every pair needs one")
            return zeros
        try:
            table[index] = row
        except OverflowError:  # a whole number beyond what a float can hold
            table[index] = [math.inf if abs(entry) > MAX_TRAVEL else entry for entry in row]
    bad = ~((table >= 0) & (table <= MAX_TRAVEL) & (table == np.floor(table)))  # NaN is in no order: it is bad too
    if bad.any():
        row, column = (int(index) for index in np.unravel_index(int(bad.argmax()), bad.shape))
        problem = f"must be a whole number from 0 to {MAX_TRAVEL}"
        unit = "metres" if place.endswith("distances") else "seconds"
        complaints.add(f"{place}[{row}][{column}]", shown(rows[row][column]), problem, f"round to whole {unit}")
        return zeros
    result = table.astype(np.int32)
    result.setflags(write=False)
    return result


def _sorted(visit: Visit) -> bool:
    return all(a.earliest <= b.earliest for a, b in zip(visit.windows, visit.windows[1:], strict=False))


def _in_order(visit: Visit) -> tuple[TimeWindow, ...]:
    return tuple(sorted(visit.windows, key=lambda window: (window.earliest, window.latest)))


def _duration(seconds: int) -> str:
    return format_duration(seconds) if seconds >= 0 else f"-{format_duration(-seconds)}"
