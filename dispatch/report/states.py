"""How each visit stands in a plan: kept, tight, late or left out. What the table and the page both show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optimizer.domain import Problem, Visit
from optimizer.timeline import Schedule

# With less to spare, an ordinary delay on the road breaks the promise or misses the window.
TIGHT_S = 600


class State(StrEnum):
    """How a visit stands. *Late* means that a promise is broken as planned (it is in jeopardy)."""

    PLANNED = "planned"
    TIGHT = "tight"
    LATE = "late"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit's state. ``late``: seconds beyond its worst broken promise. ``spare``: seconds to the nearest limit
    that still holds (a promise or the end of the window), None where nothing limits it or it is not planned.
    """

    state: State
    late: int = 0
    spare: int | None = None


def standings(problem: Problem, schedule: Schedule) -> dict[str, Standing]:
    """The standing of every visit of the problem, by its id."""
    return {
        visit.id: _standing(visit, schedule.starts[visit.id], schedule.ends[visit.id])
        if visit.id in schedule.starts
        else Standing(State.UNASSIGNED)
        for visit in problem.visits
    }


def _standing(visit: Visit, start: int, end: int) -> Standing:
    spares = []
    if visit.arrive_by is not None:
        spares.append(visit.arrive_by.at - start)
    if visit.complete_by is not None:
        spares.append(visit.complete_by.at - end)
    late = max((-spare for spare in spares), default=0)
    if late > 0:
        return Standing(State.LATE, late=late)
    spares += [window.latest - start for window in visit.windows if window.earliest <= start <= window.latest]
    spare = min(spares, default=None)
    return Standing(State.TIGHT if spare is not None and spare < TIGHT_S else State.PLANNED, spare=spare)
