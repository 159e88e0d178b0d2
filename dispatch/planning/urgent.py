"""Which critical visits are urgent: those that the published plan leaves out, or is late for, and nobody is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.visit_lifecycle import COMMITTED, PLANNABLE
from dispatch.planning.facts import Work
from dispatch.store.tables import Job, Priority
from dispatch.store.tables import Visit as VisitRow
from optimizer.domain import Plan, Problem, Visit
from optimizer.timeline import walk

GRACE = 60
"""Seconds that are not called late: an estimate is not so sure."""


def urgent_visits(work: Mapping[str, Work], visits: Mapping[str, Visit], starts: Mapping[str, int]) -> frozenset[str]:
    """The urgent ones of ``work``. ``starts``: when each visit of the published plan starts as things stand."""
    found = set()
    for key, one in work.items():
        promise = visits[key].arrive_by
        if one.job.priority is not Priority.CRITICAL or one.active or promise is None:
            continue
        if key not in starts or starts[key] > promise.at + GRACE:
            found.add(key)
    return frozenset(found)


def critical_visits(session: Session) -> frozenset[str]:
    """The visits of critical jobs that are still to be done."""
    found = select(VisitRow.id).join(Job, Job.id == VisitRow.job_id)
    found = found.where(Job.priority == Priority.CRITICAL, VisitRow.status.in_(sorted(PLANNABLE | COMMITTED)))
    return frozenset(session.scalars(found))


def missed(problem: Problem, plan: Plan, named: Iterable[str]) -> frozenset[str]:
    """Those of these visits of the problem that a plan leaves out, or is late for."""
    starts, found = walk(problem, plan).starts, set()
    for visit in named:
        promise = problem.visits[problem.visit_index[visit]].arrive_by
        if visit not in starts or (promise is not None and starts[visit] > promise.at + GRACE):
            found.add(visit)
    return frozenset(found)
