"""What it is worth that customers wait less: a price for the hours until somebody comes, while a plan is searched.

A plan pays for what misses its promise, and for driving. So a visit that is due in two days waits for a cheap moment
while technicians have nothing to do, and on the day that it was put off to, emergencies find every place taken. That is
why a search is told that each hour from now on costs a little, and the more the nearer a promise comes, because what is
planned for the last minute is late as soon as anything goes wrong before it. What comes of it is judged, told and
approved by the plan's own costs, which know nothing of that: no change is worth more for it.
"""

from __future__ import annotations

import math
from dataclasses import replace

from optimizer.domain import Problem, Promise, Visit

LOOKS_AHEAD = 3 * 3600
"""A promise that is due so many seconds later is 1/e as urgent."""


def hurried(problem: Problem, now: int, cost_per_hour: float) -> Problem:
    """The problem as a search is given it; ``now`` in epoch seconds. Without a price it stays as it is.

    A visit with two promises is left as it is: there is no room for a third one, and it is urgent anyway.
    """
    if not cost_per_hour:
        return problem
    return replace(problem, visits=tuple(_hurried(visit, now, cost_per_hour) for visit in problem.visits))


def _hurried(visit: Visit, now: int, cost_per_hour: float) -> Visit:
    if visit.arrive_by is not None and visit.complete_by is not None:
        return visit
    waiting = Promise(now, 0.0, cost_per_hour + _urgency(visit, now))
    if visit.arrive_by is None:
        return replace(visit, arrive_by=waiting)
    return replace(visit, complete_by=waiting)


def _urgency(visit: Visit, now: int) -> float:
    """What an hour costs because of the promise: all that missing it by an hour costs, at the last moment to begin, and
    exponentially less before (the urgency of Vepsalainen and Morton, *Priority rules for job shops with weighted
    tardiness costs*, 1987). What is late already is urgent by itself. In whole units of money.
    """
    promise = visit.arrive_by or visit.complete_by
    if promise is None:
        return 0.0
    slack = promise.at - now - (visit.duration if visit.arrive_by is None else 0)
    if slack <= 0:
        return 0.0
    return round((promise.breach_cost + promise.cost_per_hour_late) * math.exp(-slack / LOOKS_AHEAD))
