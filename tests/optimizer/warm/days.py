"""What can happen in a day: changes of a problem, drawn one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from optimizer.domain import Geodesic, Location, Problem, Technician, Visit
from optimizer.warm import Legs, RunningPlan
from tests.strategies import HOUR, MINUTE, minutes, problems, visits
from tests.strategies import shifts as any_shift

Change = Callable[[RunningPlan], object]


@st.composite
def changes(draw: st.DrawFn, problem: Problem) -> tuple[str, Change]:
    """One change, and what kind it is."""
    kinds = ["insert", "place", "become"]
    if problem.visits:
        kinds += ["remove", "change", "change"]
    if problem.shifts:
        kinds += ["delay", "lose", "person"]
    kind = draw(st.sampled_from(kinds))
    people = tuple(technician.id for technician in problem.technicians)
    places = len(problem.locations)
    if kind == "insert":
        number = max((int(one.id[1:]) for one in problem.visits), default=-1) + 1
        new = _ordered(problem, draw(visits(number, places, people)))
        return kind, lambda running: running.insert(new)
    if kind == "place":
        legs = {
            profile: draw(_legs(places, travel.distances is not None))
            for profile, travel in problem.travel.items()
            if not isinstance(travel, Geodesic)
        }
        where = Location(f"L{places}", 48 + draw(st.integers(0, 40)) / 100, 2 + draw(st.integers(0, 40)) / 100)
        return kind, lambda running: running.add_place(where, legs)
    if kind == "remove":
        one = draw(st.sampled_from(problem.visits))
        if any(one.id in shift.committed for _, shift in problem.shifts):
            return "nothing", lambda running: running.become(problem)
        return kind, lambda running: running.remove(one.id)
    if kind == "change":
        one = draw(st.sampled_from(problem.visits))
        new = _ordered(problem, draw(visits(int(one.id[1:]), places, people)))
        if any(one.id in shift.committed for _, shift in problem.shifts):
            new = replace(new, roles=one.roles)
        return kind, lambda running: running.change(new)
    if kind == "delay":
        who, shift = draw(st.sampled_from(problem.shifts))
        by = draw(minutes(5, 120))
        return kind, lambda running: running.delay(who.id, shift.id, min(by, shift.end - shift.start))
    if kind == "lose":
        who = draw(st.sampled_from(problem.technicians))
        return kind, lambda running: running.lose(who.id)
    if kind == "person":
        now = _person(problem, draw(_other_work(problem)))
        return kind, lambda running: running.become(now)
    now = replace(draw(problems()), name="another day")
    return kind, lambda running: running.become(now)


def _ordered(problem: Problem, visit: Visit) -> Visit:
    """The visit with what it comes after, as far as the problem has it."""
    return replace(visit, after=tuple(link for link in visit.after if link.visit in problem.visit_index))


@st.composite
def _legs(draw: st.DrawFn, places: int, metres: bool) -> Legs:
    def line() -> np.ndarray:
        return np.array(draw(st.lists(minutes(0, 40), min_size=places, max_size=places)), dtype=np.int32)

    return Legs(line(), line(), line() if metres else None, line() if metres else None)


@st.composite
def _other_work(draw: st.DrawFn, problem: Problem) -> Technician:
    """One of the technicians with another pace or capacity, and another shift beside those they have."""
    who = draw(st.sampled_from(problem.technicians))
    new = replace(draw(any_shift(len(who.shifts), len(problem.locations))), id=f"S{len(who.shifts)}+")
    return replace(
        who,
        pace=draw(st.sampled_from([1, 1.1, 0.5])),
        capacity=draw(st.sampled_from([{}, {"load": 2}, {"ladder": 1, "load": 0.5}])),
        shifts=(*who.shifts, replace(new, start=new.start + HOUR, end=new.end + HOUR + MINUTE)),
    )


def _person(problem: Problem, now: Technician) -> Problem:
    people = tuple(now if one.id == now.id else one for one in problem.technicians)
    return replace(problem, technicians=people)
