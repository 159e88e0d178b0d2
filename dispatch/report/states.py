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
    that still holds, None where nothing limits it or it is not planned; ``limit`` says what it is: ``promise`` or
    ``window``.
    """

    state: State
    late: int = 0
    spare: int | None = None
    limit: str = ""


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
        spares.append((visit.arrive_by.at - start, "promise"))
    if visit.complete_by is not None:
        spares.append((visit.complete_by.at - end, "promise"))
    late = max((-spare for spare, _ in spares), default=0)
    if late > 0:
        return Standing(State.LATE, late=late)
    opened = [window for window in visit.windows if window.earliest <= start <= window.latest]
    spares += [(window.latest - start, "window") for window in opened]
    if not spares:
        return Standing(State.PLANNED)
    spare, limit = min(spares)
    return Standing(State.TIGHT if spare < TIGHT_S else State.PLANNED, spare=spare, limit=limit)
