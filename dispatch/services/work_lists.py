"""Lists of jobs and visits: what the actor may see of them, by what they are looked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.domain.words import fold
from dispatch.services.rights import require
from dispatch.store.tables import Assignment, Customer, Job, Priority, Site, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork

ZONE = func.coalesce(Site.time_zone, Territory.time_zone, "UTC")
"""The time zone of the place where the work is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs: all that are named must apply."""

    q: str = ""
    status: Sequence[JobStatus] = ()
    priority: Sequence[Priority] = ()
    territory_id: str | None = None
    customer_id: str | None = None
    site_id: str | None = None
    equipment_id: str | None = None
    job_type_id: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """Which visits: all that are named must apply. ``since`` and ``until`` are about the planned start."""

    status: Sequence[VisitStatus] = ()
    job_id: str | None = None
    territory_id: str | None = None
    site_id: str | None = None
    technician_id: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def jobs(uow: UnitOfWork, chosen: JobFilter) -> Select[Job, str]:
    """Jobs with the time zone of their place; words are looked for in number, title, customer and address."""
    require(uow, Right.READ_JOBS)
    query = (
        select(Job, ZONE)
        .join(Site, Site.id == Job.site_id)
        .join(Customer, Customer.id == Job.customer_id)
        .join(Territory, Territory.id == Job.territory_id, isouter=True)
        .where(_mine(uow, Job.territory_id))
    )
    for word in fold(chosen.q).split():
        query = query.where(
            or_(
                Job.search_key.contains(word, autoescape=True),
                Customer.search_key.contains(word, autoescape=True),
                Site.search_key.contains(word, autoescape=True),
            )
        )
    for column in ("territory_id", "customer_id", "site_id", "equipment_id", "job_type_id"):
        if (value := getattr(chosen, column)) is not None:
            query = query.where(getattr(Job, column) == value)
    if chosen.status:
        query = query.where(Job.status.in_(chosen.status))
    if chosen.priority:
        query = query.where(Job.priority.in_(chosen.priority))
    if chosen.since is not None:
        query = query.where(Job.received_at >= chosen.since)
    return query if chosen.until is None else query.where(Job.received_at < chosen.until)


def visits(uow: UnitOfWork, chosen: VisitFilter) -> Select[Visit, str]:
    """Visits with the time zone of their place. Technicians see those that are assigned to them."""
    query = (
        select(Visit, ZONE)
        .join(Site, Site.id == Visit.site_id)
        .join(Territory, Territory.id == Visit.territory_id, isouter=True)
    )
    if uow.actor.may(Right.READ_JOBS):
        query = query.where(_mine(uow, Visit.territory_id))
    else:
        require(uow, Right.WORK_VISITS)
        query = query.where(_planned(Assignment.technician_id == (uow.actor.technician or "")))
    for column in ("job_id", "territory_id", "site_id"):
        if (value := getattr(chosen, column)) is not None:
            query = query.where(getattr(Visit, column) == value)
    if chosen.status:
        query = query.where(Visit.status.in_(chosen.status))
    if chosen.technician_id is not None:
        query = query.where(_planned(Assignment.technician_id == chosen.technician_id))
    if chosen.since is not None:
        query = query.where(_planned(Assignment.start >= chosen.since))
    return query if chosen.until is None else query.where(_planned(Assignment.start < chosen.until))


def zone_of(uow: UnitOfWork, row: Job | Visit) -> str:
    """The time zone of the place of one job or visit."""
    query = select(ZONE).join(Territory, Territory.id == row.territory_id, isouter=True).where(Site.id == row.site_id)
    return uow.session.scalars(query).one()


def visits_of(uow: UnitOfWork, job_id: str) -> Sequence[Visit]:
    """The visits of a job that the actor may see, in their sequence."""
    return uow.session.scalars(select(Visit).where(Visit.job_id == job_id).order_by(Visit.sequence)).all()


def assignments(uow: UnitOfWork, visit_ids: Iterable[str]) -> Mapping[str, list[Assignment]]:
    """Where the published plan has each of these visits, role by role."""
    found: dict[str, list[Assignment]] = {}
    query = select(Assignment).where(Assignment.visit_id.in_(list(visit_ids)))
    for row in uow.session.scalars(query.order_by(Assignment.visit_id, Assignment.role)):
        found.setdefault(row.visit_id, []).append(row)
    return found


def _mine(uow: UnitOfWork, column: Any) -> ColumnElement[bool]:
    mine = sorted(uow.actor.territories)
    return or_(column.is_(None), column.in_(mine)) if mine else true()


def _planned(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Assignment.visit_id).where(Assignment.visit_id == Visit.id, condition).exists()
