"""Intake: the moment a job becomes ours, by whatever channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError

from dispatch.domain.errors import NotFound
from dispatch.domain.events import JobReceived
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import ENDED, JobAction, JobStatus, advance
from dispatch.domain.roles import Right
from dispatch.services import following, sla
from dispatch.services.asks import Window
from dispatch.services.complaints import Complaints
from dispatch.services.jobs import check_places, first_visit
from dispatch.services.rights import require, require_sight
from dispatch.store.tables import Counter, Customer, Job, JobType, Priority, Site
from dispatch.store.unit_of_work import UnitOfWork

DUPLICATE_WITHIN = dt.timedelta(days=14)
"""A job for the same work at the same site, or on the same machine, that came in so recently and is not over yet."""
FIRST_NUMBER = 1001


def receive_job(
    uow: UnitOfWork,
    *,
    customer_id: str,
    site_id: str,
    job_type_id: str,
    title: str,
    description: str = "",
    priority: Priority | str | None = None,
    channel: str = "api",
    contact_id: str | None = None,
    equipment_id: str | None = None,
    external_id: str | None = None,
    windows: Iterable[Window] = (),
    duration: int | None = None,
    roles: Sequence[Mapping[str, Any]] | None = None,
    demand: Mapping[str, float] | None = None,
    drop_cost: float | None = None,
    only: Iterable[str] = (),
    never: Iterable[str] = (),
    preferred: Iterable[str] = (),
    triaged: bool = True,
) -> Job:
    """Take a job in: give it a number, a territory, its first visit and its clocks, and say so.

    What is not said comes from the job type. ``external_id`` said again answers the job that it named the first time,
    unchanged. A job that looks like one we have already gets ``duplicate_of``: a suggestion, for people to decide.
    ``triaged`` False leaves it with the status ``received``, to be looked at before it can be planned.

    Raises :class:`NotFound`, :class:`Forbidden` or :class:`Invalid`.
    """
    require(uow, Right.CREATE_JOBS)
    if (same := known(uow, external_id)) is not None:
        return same
    job_type = uow.get(JobType, job_type_id)
    site = _checked_places(uow, customer_id, site_id, contact_id, equipment_id, job_type)
    texts = _checked_texts(title, description, channel, external_id)
    number = next_number(uow)
    # The number's row is locked now: had somebody else just taken the same job in, we would see it.
    if (same := known(uow, external_id)) is not None:
        return same
    job = Job(
        id=new_id("job"),
        number=number,
        customer_id=customer_id,
        site_id=site_id,
        contact_id=contact_id,
        equipment_id=equipment_id,
        job_type_id=job_type_id,
        territory_id=site.territory_id,
        priority=Priority(priority) if priority is not None else job_type.priority,
        received_at=uow.now,
        status=JobStatus.RECEIVED,
        duplicate_of=similar(uow, site_id, job_type_id, equipment_id),
        **texts,
    )
    uow.session.add(job)
    uow.session.flush()
    uow.record(
        JobReceived(
            job=job.id,
            number=number,
            priority=job.priority.value,
            customer=customer_id,
            territory=job.territory_id,
        )
    )
    asked: dict[str, Any] = {
        "windows": windows,
        "drop_cost": drop_cost,
        "only": only,
        "never": never,
        "preferred": preferred,
    }
    asked |= {"duration": duration} if duration is not None else {}
    asked |= {"roles": roles} if roles is not None else {}
    asked |= {"demand": demand} if demand is not None else {}
    first_visit(uow, job, job_type, asked)
    sla.start_clocks(uow, job)
    if triaged:
        following.move(uow, job, advance(job.status, JobAction.TRIAGE), JobAction.TRIAGE.value)
    return job


def similar(uow: UnitOfWork, site_id: str, job_type_id: str, equipment_id: str | None) -> str | None:
    """The first job of late that is not over and asks for the same: at the same site, or on the same machine."""
    same: ColumnElement[bool] = (Job.site_id == site_id) & (Job.job_type_id == job_type_id)
    if equipment_id is not None:
        # Two machines of one site may need the same work: then the machine decides.
        same = or_(same & Job.equipment_id.is_(None), Job.equipment_id == equipment_id)
    over = [*ENDED, JobStatus.COMPLETED]
    recent = Job.received_at >= uow.now - DUPLICATE_WITHIN
    return uow.session.scalar(
        select(Job.id).where(same, Job.status.not_in(over), recent).order_by(Job.received_at, Job.number).limit(1)
    )


def next_number(uow: UnitOfWork) -> str:
    """The next number that people read out on the phone, such as J-1043. Locks the counter until the commit."""
    count = update(Counter).where(Counter.name == "job").values(last=Counter.last + 1).returning(Counter.last)
    last = uow.session.scalar(count)
    if last is None:
        try:
            with uow.session.begin_nested():
                uow.session.add(Counter(name="job", last=FIRST_NUMBER - 1))
        except IntegrityError:
            pass  # somebody else began to count at this very moment
        last = uow.session.scalar(count)
    return f"J-{last}"


def known(uow: UnitOfWork, external_id: str | None) -> Job | None:
    """The job that was taken in under this number of somebody else's, if one was."""
    if external_id is None:
        return None
    job = uow.session.scalar(select(Job).where(Job.external_id == external_id.strip()))
    if job is not None and not uow.actor.covers(job.territory_id):
        raise NotFound(f"There is no job {external_id!r}.", what="job", id=external_id)
    return job


def _checked_places(
    uow: UnitOfWork,
    customer_id: str,
    site_id: str,
    contact_id: str | None,
    equipment_id: str | None,
    job_type: JobType,
) -> Site:
    customer, site = uow.get(Customer, customer_id), uow.get(Site, site_id)
    require_sight(uow, Right.CREATE_JOBS, site.territory_id, "site", site_id)
    complaints = Complaints()
    if not customer.active:
        complaints.say("customer_id", customer_id, "is not served any more", "make the customer active again")
    if not job_type.active:
        complaints.say("job_type_id", job_type.id, "is not offered any more", "use another job type")
    values = {"site_id": site_id, "contact_id": contact_id, "equipment_id": equipment_id}
    check_places(uow, complaints, values, customer_id)
    complaints.raise_any()
    return site


def _checked_texts(title: str, description: str, channel: str, external_id: str | None) -> dict[str, str | None]:
    complaints = Complaints()
    texts: dict[str, str | None] = {
        "title": complaints.text("title", title, 200, required=True),
        "description": complaints.text("description", description, 20_000),
        "channel": complaints.text("channel", channel, 20, required=True),
        "external_id": None if external_id is None else complaints.text("external_id", external_id, 80, required=True),
    }
    complaints.raise_any()
    return texts
