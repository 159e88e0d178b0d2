"""Problems with more work than people: made-up days on which some technicians do not come."""

from __future__ import annotations

from dataclasses import replace

from optimizer.domain import Problem
from optimizer.validation import validated


def short_of_people(problem: Problem, share: float) -> Problem:
    """The problem in which only this share of the technicians, the first of them, has any shift.

    Visits that are kept to somebody who is away, and visits that must be done, stay: they have to be explained too.
    """
    count = max(1, round(len(problem.technicians) * share))
    people = (who if number < count else replace(who, shifts=()) for number, who in enumerate(problem.technicians))
    return validated(replace(problem, technicians=tuple(people), name=f"{problem.name}-{share:g}"))
