"""What it is worth that customers wait less: a price for the hours until somebody comes, while a plan is searched.

A plan pays for what misses its promise, and for driving. So a visit that is due in two days waits for a cheap moment
while technicians have nothing to do, and on the day that it was put off to, emergencies find every place taken. That is
why a search is told that each hour from now on costs a little, and the more the nearer a promise comes; and that
promises are due a little sooner than they are, because what is planned for the last minute is late as soon as anything
goes wrong before it. What comes of it is judged, told and approved by the plan's own costs, which know nothing of that:
no change is worth more for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from dispatch.store.tables import PlanningPolicy
from optimizer.domain import Problem, Promise, Visit

LOOKS_AHEAD = 3 * 3600
"""A promise that is due so many seconds later is 1/e as urgent."""
TO_SPARE = 1800
"""Seconds by which a search is to keep a promise, but never more than a third of what is left."""


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
    begin, finish, work = visit.arrive_by, visit.complete_by, visit.duration
    price = cost_per_hour + _urgency(begin, now, 0) + _urgency(finish, now, work)
    begins_early, done_early = _to_spare(begin, now, 0), _to_spare(finish, now, work)
    if begin is None:
        return replace(visit, arrive_by=Promise(now, 0.0, price), complete_by=done_early)
    if finish is None:
        return replace(visit, arrive_by=begins_early, complete_by=Promise(now, 0.0, price))
    to_begin, to_finish = begin.at - now, finish.at - now - work
    arrival_goes = to_finish > 0 and not 0 < to_begin < to_finish
    lost, slack = (begin, to_begin) if arrival_goes else (finish, to_finish)
    waiting = Promise(now, 0.0, price + (0.0 if slack > 0 else float(lost.cost_per_hour_late)))
    if arrival_goes:
        return replace(visit, arrive_by=waiting, complete_by=done_early)
    return replace(visit, arrive_by=begins_early, complete_by=waiting)


def _to_spare(promise: Promise | None, now: int, work: int) -> Promise | None:
    """The promise as a search is told of it: due sooner, if there is the time."""
    if promise is None:
        return None
    slack = promise.at - now - work
    return replace(promise, at=promise.at - min(TO_SPARE, max(0, slack) // 3))


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
