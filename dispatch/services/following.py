"""How a job follows its visits: the one place where a job's status is written."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import JobMoved
from dispatch.domain.job_lifecycle import ENDED, JobStatus, followed
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import sla
from dispatch.store.tables import Job, Visit
from dispatch.store.unit_of_work import UnitOfWork


def follow(uow: UnitOfWork, job: Job, at: dt.datetime | None = None) -> None:
    """Put the job where its visits are by now; ``at``: since when they are."""
    move(uow, job, followed(job.status, statuses(uow.session, job.id)), "follow", at)


def move(
    uow: UnitOfWork,
    job: Job,
    after: JobStatus,
    action: str,
    at: dt.datetime | None = None,
    clocks: sla.Clocks | None = None,
) -> None:
    """Put the job into a status, say so, and let its clocks know. Nothing happens where it is there already.

    ``at``: when it really happened, where we hear of it later: promises are judged by that. ``clocks``: where they
    have been read already.
    """
    before = job.status
    if after is before:
        return
    job.status = after
    job.ended_at = uow.now if after in ENDED else None
    uow.record(JobMoved(job=job.id, before=before.value, after=after.value, action=action, territory=job.territory_id))
    sla.follow_job(uow, job, before, after, at=at, clocks=clocks)


def statuses(session: Session, job_id: str) -> list[VisitStatus]:
    """Where the job's visits stand, in their sequence."""
    return list(session.scalars(select(Visit.status).where(Visit.job_id == job_id).order_by(Visit.sequence)))
