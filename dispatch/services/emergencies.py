"""Emergencies: who is on the telephone, and a job that is taken in for somebody at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from dispatch.domain.job_lifecycle import ENDED, JobStatus
from dispatch.domain.roles import Right
from dispatch.services import customers, intake, sites
from dispatch.services.visit_changes import pin
from dispatch.store.tables import Contact, Customer, Job, Site, Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """A customer who may be on the telephone. ``open_jobs``: how many of theirs are not over."""

    customer: Customer
    contacts: Sequence[Contact]
    addresses: Sequence[str]
    open_jobs: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A job, and whether it was taken in just now."""

    job: Job
    new: bool


def known(uow: UnitOfWork, words: str, limit: int = 10) -> list[Known]:
    """The active customers whom a telephone number or words may mean, by name; always the same number of queries."""
    found = customers.found(uow, words, active=True).order_by(Customer.name, Customer.id).limit(limit)
    rows = uow.session.scalars(found).all()
    named = [row.id for row in rows]
    contacts: dict[str, list[Contact]] = defaultdict(list)
    for contact in uow.session.scalars(
        select(Contact).where(Contact.customer_id.in_(named)).order_by(Contact.name, Contact.id)
    ):
        contacts[contact.customer_id].append(contact)
    addresses: dict[str, list[str]] = defaultdict(list)
    places = select(Site.customer_id, Site.address).where(Site.customer_id.in_(named), sites.visible_to(uow.actor))
    for customer, address in uow.session.execute(places.order_by(Site.id)):
        addresses[customer].append(address)
    jobs: dict[str, int] = {}
    if uow.actor.may(Right.READ_JOBS):
        over = [*ENDED, JobStatus.COMPLETED]
        left = select(Job.customer_id, func.count()).join(Site, Site.id == Job.site_id)
        left = left.where(Job.customer_id.in_(named), Job.status.not_in(over), sites.visible_to(uow.actor))
        jobs = {customer: count for customer, count in uow.session.execute(left.group_by(Job.customer_id))}  # noqa: C416
    return [Known(row, contacts[row.id], addresses[row.id], jobs.get(row.id, 0)) for row in rows]


def take_in(
    uow: UnitOfWork, *, technician_id: str | None = None, start: dt.datetime | None = None, **fields: Any
) -> Taken:
    """Take a job in (:func:`dispatch.services.intake.receive_job`), pinned to a technician, from about ``start`` on.

    The plan that answers it puts it there. Without a technician, the plan decides. Raises :class:`NotFound`,
    :class:`Forbidden` or :class:`Invalid`.
    """
    new = intake.known(uow, fields.get("external_id")) is None
    job = intake.receive_job(uow, **fields)
    if new and technician_id is not None:
        uow.session.flush()
        visit = uow.session.scalars(select(Visit.id).where(Visit.job_id == job.id).order_by(Visit.sequence)).first()
        assert visit is not None, "a job that was taken in has a visit"
        pin(uow, visit, {"technician": technician_id, **({"start": start} if start is not None else {})})
    return Taken(job, new)
