"""Hypothesis strategies: small problems over every field of the model, and plans for them, feasible or not.

Numbers are small and round on purpose: that is where moments meet (a break begins when a leg ends, a promise falls on
a start), and meeting moments are where tellings differ.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import strategies as st

from optimizer.domain import (
    After,
    Balance,
    Break,
    Costs,
    Geodesic,
    Location,
    Matrix,
    Plan,
    Previous,
    Problem,
    Promise,
    Role,
    Route,
    Shift,
    Stop,
    TakenBreak,
    Technician,
    TimeWindow,
    Travel,
    Visit,
)
from optimizer.scoring import score, timed

MIDNIGHT = 1_767_571_200
"""5 January 2026, 00:00 UTC."""
DAY, HOUR, MINUTE = 86_400, 3_600, 60

PRICES = st.sampled_from([0, 0, 1, 0.35, 12.5, 30, 99.99])
SKILLS = st.dictionaries(st.sampled_from(["gas", "hv"]), st.integers(1, 2), max_size=2)
QUANTITIES = st.dictionaries(st.sampled_from(["load", "ladder"]), st.sampled_from([1, 2, 0.1, 0.25]), max_size=2)


@cache
def minutes(low: int, high: int, step: int = 5) -> st.SearchStrategy[int]:
    """Seconds: multiples of ``step`` minutes, and now and then something less round."""
    return st.sampled_from([*range(low, high + 1, step)] * 2 + [*range(low, high, 7)]).map(lambda n: n * MINUTE + n % 5)


@cache
def instants(from_hour: int = 6, to_hour: int = 18, days: int = 2) -> st.SearchStrategy[int]:
    """Moments of the days planned."""
    return st.builds(
        lambda day, second: MIDNIGHT + day * DAY + second,
        st.integers(0, days - 1),
        minutes(from_hour * 60, to_hour * 60, 15),
    )


PROMISES = st.none() | st.builds(Promise, instants(), PRICES, PRICES)
SOMETIMES = st.none() | instants()
GAPS = st.tuples(minutes(0, 60), st.none() | minutes(0, 60)).map(lambda g: (g[0], None if g[1] is None else sum(g)))
"""Least and most time between two visits."""


@cache
def names(people: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Nobody, or one or two of them."""
    return st.lists(st.sampled_from(people), max_size=2, unique=True).map(tuple)


@cache
def squares(places: int) -> st.SearchStrategy[list[int]]:
    """A matrix of travel, row by row."""
    return st.lists(minutes(0, 40), min_size=places**2, max_size=places**2)


@st.composite
def travels(draw: st.DrawFn, places: int) -> Travel:
    """A matrix (asymmetric, with distances or without) or a great circle."""
    if draw(st.integers(0, 3)) == 0:
        return Geodesic(draw(st.sampled_from([30.0, 50.0])), draw(st.sampled_from([1.0, 1.3])))
    durations = np.array(draw(squares(places)), dtype=np.int32).reshape(places, places)
    distances = None
    if draw(st.booleans()):
        distances = np.array(draw(squares(places)), dtype=np.int32).reshape(places, places) * 7
    return Matrix(durations, distances)


@st.composite
def breaks(draw: st.DrawFn, number: int, day: int) -> Break:
    """A break in the middle of a day; two of them may overlap."""
    earliest = MIDNIGHT + day * DAY + draw(minutes(8 * 60, 13 * 60, 30))
    return Break(f"B{number}", earliest, earliest + draw(minutes(0, 120, 15)), draw(minutes(0, 45, 15)))


@st.composite
def shifts(draw: st.DrawFn, number: int, places: int) -> Shift:
    """A shift of one day, with up to two breaks."""
    day = number
    start = MIDNIGHT + day * DAY + draw(minutes(6 * 60, 10 * 60, 30))
    return Shift(
        id=f"S{number}",
        start=start,
        end=start + draw(minutes(60, 600, 30)),
        start_location=draw(st.integers(0, places - 1)),
        end_location=draw(st.none() | st.integers(0, places - 1)),
        max_overtime=draw(st.just(0) | minutes(0, 240, 30)),
        max_duty=draw(st.none() | minutes(60, 600, 30)),
        breaks=tuple(draw(breaks(b, day)) for b in range(draw(st.integers(0, 2)))),
        utc_offset=draw(st.sampled_from([0, 3600, -10_800])),
    )


@st.composite
def technicians(draw: st.DrawFn, number: int, places: int) -> Technician:
    """A technician with one or two shifts."""
    return Technician(
        id=f"T{number}",
        skills=draw(SKILLS),
        capacity=draw(QUANTITIES),
        pace=draw(st.sampled_from([1, 1, 1.1, 0.75, 1.333])),
        profile=draw(st.sampled_from(["car", "van"])),
        costs=Costs(*(draw(PRICES) for _ in range(5))),
        shifts=tuple(draw(shifts(s, places)) for s in range(draw(st.integers(1, 2)))),
    )


@st.composite
def visits(draw: st.DrawFn, number: int, places: int, people: tuple[str, ...]) -> Visit:
    """A visit; what it comes after is among those numbered below it."""
    windows = [
        TimeWindow(earliest, earliest + draw(minutes(0, 240, 15)))
        for earliest in draw(st.lists(instants(), max_size=draw(st.sampled_from([0, 0, 1, 3]))))
    ]
    named = names(people)
    before = draw(st.lists(st.integers(0, number - 1), max_size=1)) if number and draw(st.booleans()) else []
    rare = draw(st.sampled_from(["", "", "only", "never"]))
    return Visit(
        id=f"V{number}",
        location=draw(st.integers(0, places - 1)),
        duration=draw(minutes(0, 90)),
        windows=tuple(sorted(windows, key=lambda window: (window.earliest, window.latest))),
        demand=draw(QUANTITIES) if draw(st.booleans()) else {},
        roles=tuple(Role(draw(SKILLS)) for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3])))),
        arrive_by=draw(PROMISES),
        complete_by=draw(PROMISES),
        drop_cost=draw(st.none() | PRICES),
        only=draw(named) if rare == "only" else (),
        never=draw(named) if rare == "never" else (),
        preferred=draw(named),
        preference_cost=draw(PRICES),
        after=tuple(After(f"V{other}", *draw(GAPS)) for other in before),
        previous=Previous(draw(st.sampled_from(people)), draw(SOMETIMES)) if draw(st.booleans()) else None,
        reassign_cost=draw(PRICES),
        cost_per_hour_later=draw(PRICES),
    )


@st.composite
def problems(draw: st.DrawFn, max_visits: int = 6, max_technicians: int = 3) -> Problem:
    """A problem over two days."""
    places = draw(st.integers(1, 4))
    people = tuple(f"T{n}" for n in range(draw(st.integers(1, max_technicians))))
    crew = [draw(technicians(number, places)) for number in range(len(people))]
    work = [draw(visits(number, places, people)) for number in range(draw(st.integers(1, max_visits)))]
    if draw(st.integers(0, 3)) == 0:
        crew = _with_committed(draw, crew, [visit.id for visit in work])
    degrees = st.integers(0, 40).map(lambda n: n / 100)
    return Problem(
        locations=tuple(Location(f"L{n}", 48 + draw(degrees), 2 + draw(degrees)) for n in range(places)),
        travel={"car": draw(travels(places)), "van": draw(travels(places))},
        technicians=tuple(crew),
        visits=tuple(work),
        balance=draw(st.none() | st.builds(Balance, minutes(0, 240, 30), PRICES)),
    )


def _with_committed(draw: st.DrawFn, crew: list[Technician], visit_ids: list[str]) -> list[Technician]:
    """One shift is committed to a visit or two."""
    lucky = draw(st.integers(0, len(crew) - 1))
    committed = tuple(draw(st.lists(st.sampled_from(visit_ids), min_size=1, max_size=2, unique=True)))
    first, *others = crew[lucky].shifts
    crew[lucky] = replace(crew[lucky], shifts=(replace(first, committed=committed), *others))
    return crew


@st.composite
def any_plans(draw: st.DrawFn, problem: Problem, *, wild: bool = True) -> Plan:
    """Any plan: stops anywhere, breaks anywhere or nowhere. Where ``wild``, roles are filled too often or too seldom,
    visits are done again and again, and gaps are beyond the route.
    """
    tasks = [(visit.id, role) for visit in problem.visits for role in range(len(visit.roles))]
    if wild and draw(st.integers(0, 3)) == 0:
        tasks += draw(st.lists(st.sampled_from(tasks), max_size=2))
    order = draw(st.permutations(tasks))
    where = [draw(st.integers(-1, len(problem.shifts) - 1)) for _ in order]
    routes = []
    for index, (technician, shift) in enumerate(problem.shifts):
        stops = tuple(Stop(*task) for task, target in zip(order, where, strict=True) if target == index)
        gaps = st.integers(-1, len(stops) + 2) if wild else st.integers(0, len(stops) + 1)
        taken = [TakenBreak(rest.id, draw(gaps)) for rest in shift.breaks if not wild or draw(st.integers(0, 9)) > 0]
        if stops:
            routes.append(Route(technician.id, shift.id, stops, tuple(taken)))
    return timed(problem, Plan(tuple(draw(st.permutations(routes)))))


@st.composite
def good_plans(draw: st.DrawFn, problem: Problem) -> Plan:
    """A plan built stop by stop, mostly feasible: no stop is taken that breaks more than was broken without it."""
    plan = Plan()
    for technician, shift in problem.shifts:
        if shift.committed:
            stops = tuple(Stop(visit) for visit in shift.committed)
            plan = _best_breaks(problem, Plan((*plan.routes, Route(technician.id, shift.id, stops))), shift)
    broken = score(problem, plan).hard
    for visit in draw(st.permutations(problem.visits)):
        targets = draw(st.lists(st.integers(0, len(problem.shifts) - 1), min_size=len(visit.roles), max_size=3))
        tried = plan
        for role, target in enumerate(targets[: len(visit.roles)]):
            technician, shift = problem.shifts[target]
            stops = next((route.stops for route in tried.routes if _is(route, technician, shift)), ())
            at = draw(st.integers(0, len(stops)))
            route = Route(technician.id, shift.id, (*stops[:at], Stop(visit.id, role), *stops[at:]))
            others = tuple(route for route in tried.routes if not _is(route, technician, shift))
            tried = _best_breaks(problem, Plan((*others, route)), shift)
        if (now := score(problem, tried).hard) <= broken:
            plan, broken = tried, now
    return timed(problem, plan)


def _is(route: Route, technician: Technician, shift: Shift) -> bool:
    return (route.technician, route.shift) == (technician.id, shift.id)


def _best_breaks(problem: Problem, plan: Plan, shift: Shift) -> Plan:
    """The plan with the breaks of its last route where they break least."""
    *others, route = plan.routes
    taken: tuple[TakenBreak, ...] = ()
    for rest in shift.breaks:
        choices = [(*taken, TakenBreak(rest.id, gap)) for gap in range(len(route.stops) + 2)]
        taken = min(choices, key=lambda c: score(problem, Plan((*others, replace(route, breaks=c)))).hard)
    return Plan((*others, replace(route, breaks=taken)))


@st.composite
def planned(draw: st.DrawFn, *, wild: bool = True) -> tuple[Problem, Plan]:
    """A problem and any plan for it."""
    problem = draw(problems())
    return problem, draw(any_plans(problem, wild=wild))


@st.composite
def planned_well(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A problem and a plan that is mostly feasible: what must be done is done where it can be, or may be dropped."""
    problem = draw(problems())
    if draw(st.booleans()):
        problem = _gentle(problem)
    plan = draw(good_plans(problem))
    left = {unassigned.visit for unassigned in plan.unassigned}
    if draw(st.integers(0, 4)) > 0:
        forgiven = tuple(replace(v, drop_cost=5) if v.id in left and v.drop_cost is None else v for v in problem.visits)
        problem = replace(problem, visits=forgiven)
    return problem, plan


def _gentle(problem: Problem) -> Problem:
    """The same problem with less that can go wrong."""
    crew = tuple(
        replace(
            technician,
            skills={"gas": 2, "hv": 2},
            capacity={"load": 20, "ladder": 20},
            shifts=tuple(replace(s, max_overtime=8 * HOUR, max_duty=None) for s in technician.shifts),
        )
        for technician in problem.technicians
    )
    return replace(problem, technicians=crew)
