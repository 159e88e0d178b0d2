"""What it is worth that customers wait less: a price for the hours until somebody comes, while a plan is searched.

A plan pays for what misses its promise, and for driving. So a visit that is due in two days waits for a cheap moment
while technicians have nothing to do, and on the day that it was put off to, emergencies find every place taken. That is
why a search is told that each hour from now on costs a little. What comes of it is judged, told and approved by the
plan's own costs, which know nothing of that: no change is worth more for it.
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.domain import Problem, Promise, Visit


def hurried(problem: Problem, now: int, cost_per_hour: float) -> Problem:
    """The problem as a search is given it; ``now`` in epoch seconds.

    A visit with two promises is left as it is: there is no room for a third one, and it is urgent anyway.
    """
    if not cost_per_hour:
        return problem
    waiting = Promise(now, 0.0, cost_per_hour)
    return replace(problem, visits=tuple(_hurried(visit, waiting) for visit in problem.visits))


def _hurried(visit: Visit, waiting: Promise) -> Visit:
    if visit.arrive_by is None:
        return replace(visit, arrive_by=waiting)
    if visit.complete_by is None:
        return replace(visit, complete_by=waiting)
    return visit
