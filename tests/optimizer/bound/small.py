"""Very small problems of the kinds that bounds are about."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from optimizer.domain import Problem
from tests.strategies import problems


@st.composite
def uncoupled(draw: st.DrawFn, max_visits: int = 4, *, committed: bool = True) -> Problem:
    """Problems without crews and ``after``, with every other field of the model."""
    problem = draw(problems(max_visits=max_visits, max_technicians=2))
    visits = tuple(replace(visit, roles=visit.roles[:1], after=()) for visit in problem.visits)
    problem = replace(problem, visits=visits)
    if committed:
        return problem
    return replace(
        problem,
        technicians=tuple(
            replace(one, shifts=tuple(replace(shift, committed=()) for shift in one.shifts))
            for one in problem.technicians
        ),
    )


@st.composite
def plain(draw: st.DrawFn, max_visits: int = 4) -> Problem:
    """Of these, problems of which the bound relaxes nothing: no duty that is paid or limited, no balance."""
    problem = draw(uncoupled(max_visits, committed=False))
    crew = tuple(
        replace(
            one,
            costs=replace(one.costs, per_duty_hour=0),
            shifts=tuple(replace(shift, max_duty=None) for shift in one.shifts),
        )
        for one in problem.technicians
    )
    return replace(problem, technicians=crew, balance=None)
