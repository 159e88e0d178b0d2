"""Lists of promises: those of one job, and all that run, by the time that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select, true

from dispatch.domain.roles import Right
from dispatch.domain.sla import ClockState, Target
from dispatch.services.rights import require, require_sight
from dispatch.store.tables import Job, Priority, SlaClock
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFilter:
    """Which promises: all that are named must apply. ``breached``: only those that are missed, or are not yet."""

    state: Sequence[ClockState] = (ClockState.RUNNING,)
    target: Sequence[Target] = ()
    priority: Sequence[Priority] = ()
    territory_id: str | None = None
    breached: bool | None = None


def promises(uow: UnitOfWork, chosen: PromiseFilter) -> Select[SlaClock, Job]:
    """Promises of jobs that the actor may see, each with its job."""
    require(uow, Right.READ_JOBS)
    query = select(SlaClock, Job).join(Job, Job.id == SlaClock.job_id).where(_mine(uow))
    if chosen.state:
        query = query.where(SlaClock.state.in_(chosen.state))
    if chosen.target:
        query = query.where(SlaClock.target.in_(chosen.target))
    if chosen.priority:
        query = query.where(Job.priority.in_(chosen.priority))
    if chosen.territory_id is not None:
        query = query.where(Job.territory_id == chosen.territory_id)
    if chosen.breached is not None:
        missed = SlaClock.due_at < uow.now
        query = query.where(or_(SlaClock.breached_at.is_not(None), missed) if chosen.breached else ~missed)
    return query


def promises_of(uow: UnitOfWork, job_id: str) -> list[tuple[SlaClock, Job]]:
    """The promises of a job, in the order of their targets. Raises :class:`NotFound`, or :class:`Forbidden`."""
    job = uow.get(Job, job_id)
    require_sight(uow, Right.READ_JOBS, job.territory_id, "job", job_id)
    clocks = uow.session.scalars(select(SlaClock).where(SlaClock.job_id == job_id)).all()
    order = list(Target)
    return [(clock, job) for clock in sorted(clocks, key=lambda one: order.index(one.target))]


def _mine(uow: UnitOfWork) -> ColumnElement[bool]:
    if not uow.actor.territories:
        return true()
    return or_(Job.territory_id.is_(None), Job.territory_id.in_(uow.actor.territories))
