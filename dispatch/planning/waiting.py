"""What it is worth that customers wait less: a price for the hours until somebody comes, while a plan is searched.

A plan pays for what misses its promise, and for driving. So a visit that is due in two days waits for a cheap moment
while technicians have nothing to do, and on the day that it was put off to, emergencies find every place taken. That is
why a search is told that each hour from now on costs a little, and the more the nearer a promise comes, because what is
planned for the last minute is late as soon as anything goes wrong before it. What comes of it is judged, told and
approved by the plan's own costs, which know nothing of that: no change is worth more for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from dispatch.store.tables import PlanningPolicy
from optimizer.domain import Problem, Promise, Visit

LOOKS_AHEAD = 3 * 3600
"""A promise that is due so many seconds later is 1/e as urgent."""


def hurried(problem: Problem, now: int, cost_per_hour: float) -> Problem:
    """The problem as a search is given it; ``now`` in epoch seconds. Without a price it stays as it is."""
    if not cost_per_hour:
        return problem
    return replace(problem, visits=tuple(_hurried(visit, now, cost_per_hour) for visit in problem.visits))


def hurrying(now: int, policy: PlanningPolicy) -> Callable[[Problem], Problem]:
    """:func:`hurried` at an instant (epoch seconds), by a policy's price for waiting."""
    return lambda problem: hurried(problem, now, policy.cost_per_hour_waiting)


def _hurried(visit: Visit, now: int, cost_per_hour: float) -> Visit:
    """With two promises, one gives its place: a promise that is lost already, or the one that is kept where the other
    is. What being late for it costs an hour is asked of the waiting then.
    """
    price = cost_per_hour + _urgency(visit.arrive_by, now, 0) + _urgency(visit.complete_by, now, visit.duration)
    if visit.arrive_by is None:
        return replace(visit, arrive_by=Promise(now, 0.0, price))
    if visit.complete_by is None:
        return replace(visit, complete_by=Promise(now, 0.0, price))
    begin, finish = visit.arrive_by.at - now, visit.complete_by.at - now - visit.duration
    arrival_goes = finish > 0 and not 0 < begin < finish
    lost, slack = (visit.arrive_by, begin) if arrival_goes else (visit.complete_by, finish)
    waiting = Promise(now, 0.0, price + (0.0 if slack > 0 else float(lost.cost_per_hour_late)))
    return replace(visit, arrive_by=waiting) if arrival_goes else replace(visit, complete_by=waiting)


def _urgency(promise: Promise | None, now: int, work: int) -> float:
    """What an hour costs because of a promise: all that missing it by an hour costs, at the last moment to begin, and
    exponentially less before (the urgency of Vepsalainen and Morton, *Priority rules for job shops with weighted
    tardiness costs*, 1987). What is late already is urgent by itself. ``work``: seconds that it takes to keep it. In
    whole units of money.
    """
    if promise is None:
        return 0.0
    slack = promise.at - now - work
    if slack <= 0:
        return 0.0
    return round((promise.breach_cost + promise.cost_per_hour_late) * math.exp(-slack / LOOKS_AHEAD))
