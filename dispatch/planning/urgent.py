"""Which critical visits are urgent: those that the published plan leaves out, or is late for, and nobody is on.

Late is who comes later than promised, or is done later: a second visit of a job has only the promise to be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.visit_lifecycle import COMMITTED, PLANNABLE
from dispatch.planning.facts import Work
from dispatch.store.tables import Job, Priority
from dispatch.store.tables import Visit as VisitRow
from optimizer.domain import Plan, Problem, Visit
from optimizer.timeline import Schedule, walk

GRACE = 60
"""Seconds that are not called late: an estimate is not so sure."""


def urgent_visits(work: Mapping[str, Work], visits: Mapping[str, Visit], schedule: Schedule) -> frozenset[str]:
    """The urgent ones of ``work``. ``schedule``: of the published plan, as things stand."""
    return frozenset(
        key
        for key, one in work.items()
        if one.job.priority is Priority.CRITICAL and not one.active and _is_missed(visits[key], schedule)
    )


def critical_visits(session: Session) -> frozenset[str]:
    """The visits of critical jobs that are still to be done."""
    found = select(VisitRow.id).join(Job, Job.id == VisitRow.job_id)
    found = found.where(Job.priority == Priority.CRITICAL, VisitRow.status.in_(sorted(PLANNABLE | COMMITTED)))
    return frozenset(session.scalars(found))


def missed(problem: Problem, plan: Plan, named: Iterable[str]) -> frozenset[str]:
    """Those of these visits of the problem that a plan leaves out, or is late for."""
    schedule = walk(problem, plan)
    visits = (problem.visits[problem.visit_index[one]] for one in named)
    return frozenset(visit.id for visit in visits if visit.id not in schedule.starts or _is_late(visit, schedule))


def _is_missed(visit: Visit, schedule: Schedule) -> bool:
    """Whether something was promised of a visit, and it has no place or one that is too late."""
    if visit.arrive_by is None and visit.complete_by is None:
        return False
    return visit.id not in schedule.starts or _is_late(visit, schedule)


def _is_late(visit: Visit, schedule: Schedule) -> bool:
    expected = ((visit.arrive_by, schedule.starts[visit.id]), (visit.complete_by, schedule.ends[visit.id]))
    return any(promise is not None and at > promise.at + GRACE for promise, at in expected)
