"""What the publication of a plan does to visits, many at once: everything is read at once, and written at once.

Others wait meanwhile, on SQLite all who write; one :func:`~dispatch.services.visits.act` after the other, each with its
own questions to the database, would take ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dispatch.domain.errors import Forbidden
from dispatch.domain.job_lifecycle import followed
from dispatch.domain.visit_lifecycle import BY_PLANS, VisitAction, VisitStatus
from dispatch.services import following
from dispatch.services.sla import Clocks
from dispatch.services.visits import happening, moved
from dispatch.store.queries.rows import all_locked, chunks
from dispatch.store.queries.visits import crews
from dispatch.store.tables import Job, Visit
from dispatch.store.unit_of_work import UnitOfWork

Step = tuple[str, VisitAction]
"""A visit, by its identifier, and what is done to it."""


def carry_out(uow: UnitOfWork, steps: Sequence[Step]) -> None:
    """Do these steps in their order, and move the jobs along: what ``visits.act(…, via_plan=True)`` does for each.

    The plan has checked its own rights. Raises :class:`Forbidden` for what is not in :data:`BY_PLANS`,
    :class:`NotFound` and :class:`IllegalTransition`.
    """
    for _, action in steps:
        if action not in BY_PLANS:
            raise Forbidden(f"A plan does not {action.value} visits; people do.", action=action.value)
    if not steps:
        return
    named = sorted({visit_id for visit_id, _ in steps})
    # Jobs are locked before their visits, by everybody, and several of them in the order of their identifiers.
    jobs = all_locked(uow, Job, _jobs_of(uow, named))
    visits = all_locked(uow, Visit, named)
    statuses = _statuses(uow, jobs)
    crew, clocks = crews(uow.session, named), Clocks(uow, jobs)
    for visit_id, action in steps:
        visit = visits[visit_id]
        job, at = jobs[visit.job_id], happening(uow, visit, None)
        moved(uow, visit, action, at, "", next(iter(crew.get(visit_id, ())), None))
        statuses[job.id][visit_id] = visit.status
        following.move(uow, job, followed(job.status, statuses[job.id].values()), "follow", at, clocks)
    uow.session.flush()


def _jobs_of(uow: UnitOfWork, visit_ids: Sequence[str]) -> set[str]:
    found = (uow.session.scalars(select(Visit.job_id).where(Visit.id.in_(chunk))) for chunk in chunks(visit_ids))
    return {job_id for chunk in found for job_id in chunk}


def _statuses(uow: UnitOfWork, job_ids: Sequence[str] | dict[str, Job]) -> dict[str, dict[str, VisitStatus]]:
    """Job → its visits in their sequence, and where they stand."""
    found: dict[str, dict[str, VisitStatus]] = {job_id: {} for job_id in job_ids}
    for chunk in chunks(job_ids):
        rows = select(Visit.job_id, Visit.id, Visit.status).where(Visit.job_id.in_(chunk))
        for job_id, visit_id, status in uow.session.execute(rows.order_by(Visit.job_id, Visit.sequence)):
            found[job_id][visit_id] = status
    return found
