"""What is read about promises: policies, clocks, and what a job brings along that decides about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from dispatch.domain.job_lifecycle import ENDED, JobStatus
from dispatch.domain.sla import ClockState, Target
from dispatch.store.tables import Customer, Job, Site, SlaClock, Territory

_CHUNK = 1000
"""How many identifiers go into one statement."""


@dataclass(frozen=True, slots=True)
class PlacedJob:
    """A job with what decides about its promises: the customer's contract, the time zones of site and territory."""

    job: Job
    contract: str | None
    zones: tuple[str | None, ...]


def live_jobs(session: Session, *where: ColumnElement[bool]) -> list[PlacedJob]:
    """The jobs whose promises can still run, narrowed by conditions on jobs, customers, sites and territories."""
    return _placed(session, Job.status.not_in([*ENDED, JobStatus.COMPLETED]), *where)


def placed_jobs(session: Session, job_ids: Iterable[str]) -> dict[str, PlacedJob]:
    """The jobs with these identifiers."""
    return {one.job.id: one for chunk in _chunks(job_ids) for one in _placed(session, Job.id.in_(chunk))}


def _placed(session: Session, *where: ColumnElement[bool]) -> list[PlacedJob]:
    wanted = (
        select(Job, Customer.contract, Site.time_zone, Territory.time_zone)
        .join(Customer, Customer.id == Job.customer_id)
        .join(Site, Site.id == Job.site_id)
        .outerjoin(Territory, Territory.id == func.coalesce(Job.territory_id, Site.territory_id))
        .where(*where)
        .order_by(Job.id)
    )
    return [PlacedJob(job, contract, tuple(zones)) for job, contract, *zones in session.execute(wanted)]


def locked_clocks(session: Session, job_ids: Iterable[str]) -> dict[str, dict[Target, SlaClock]]:
    """The clocks of jobs as they stand; nobody else changes them until this transaction ends."""
    found: dict[str, dict[Target, SlaClock]] = {}
    for chunk in _chunks(sorted(job_ids)):
        wanted = select(SlaClock).where(SlaClock.job_id.in_(chunk)).order_by(SlaClock.job_id, SlaClock.target)
        for clock in session.scalars(wanted.with_for_update().execution_options(populate_existing=True)):
            found.setdefault(clock.job_id, {})[clock.target] = clock
    return found


def locked_to_watch(session: Session, now: dt.datetime, limit: int) -> Sequence[SlaClock]:
    """Clocks about which something is to be done by now, the most urgent first. What somebody else holds is left out:
    they are doing it."""
    wanted = select(SlaClock).where(SlaClock.watch_at <= now).order_by(SlaClock.watch_at, SlaClock.id).limit(limit)
    locking = wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(locking).all()


def running_clocks(session: Session, job_ids: Iterable[str]) -> Iterator[SlaClock]:
    """The clocks of jobs that run now."""
    for chunk in _chunks(job_ids):
        yield from session.scalars(
            select(SlaClock).where(SlaClock.job_id.in_(chunk), SlaClock.state == ClockState.RUNNING)
        )


def due_instants(session: Session, jobs: Select[str]) -> dict[str, dict[str, dt.datetime]]:
    """When the running promises of the jobs that are selected are due: job → target → instant."""
    running = select(SlaClock.job_id, SlaClock.target, SlaClock.due_at)
    found: dict[str, dict[str, dt.datetime]] = {}
    for job, target, due in session.execute(
        running.where(SlaClock.state == ClockState.RUNNING, SlaClock.job_id.in_(jobs))
    ):
        found.setdefault(job, {})[target.value] = due
    return found


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    known = list(ids)
    return (known[start : start + _CHUNK] for start in range(0, len(known), _CHUNK))
