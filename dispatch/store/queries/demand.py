"""Demand: what came in, for who counts it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, select

from dispatch.domain.job_lifecycle import JobStatus
from dispatch.store.tables import Job, JobType, Priority, Territory, Visit


def jobs_received() -> Select[dt.datetime, str | None, Priority, list[Any], int | None]:
    """Every job that was asked for, once: when it came in, the name of its territory, its priority, the roles of its
    kind of work, and the planned seconds of its first visit. What was declined, called off or asked for before is left
    out.
    """
    first = select(func.min(Visit.sequence)).where(Visit.job_id == Job.id).correlate(Job).scalar_subquery()
    return (
        select(Job.received_at, Territory.name, Job.priority, JobType.roles, Visit.duration)
        .join(JobType, JobType.id == Job.job_type_id)
        .outerjoin(Territory, Territory.id == Job.territory_id)
        .outerjoin(Visit, (Visit.job_id == Job.id) & (Visit.sequence == first))
        .where(Job.duplicate_of.is_(None), Job.status.not_in([JobStatus.CANCELLED, JobStatus.DECLINED]))
        .order_by(Job.received_at, Job.id)
    )
