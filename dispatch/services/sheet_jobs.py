"""The sheet of jobs: one row for each, known by its ``external_id`` (or its number). What a job *is* comes in with it;
later imports may change its title, description and priority, and duration and windows of its last visit while that can
still be planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy import or_, select

from dispatch.domain.events import instant
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.services import intake, jobs, visits, work_lists
from dispatch.services.sheet_columns import BadCell, Column, Values, one_of, shown_windows, whole, windows
from dispatch.store.tables import Customer, Job, JobType, Priority, Site, Visit
from dispatch.store.unit_of_work import UnitOfWork

Known = TypeVar("Known", Customer, Site)

COLUMNS = (
    Column("external_id", required=True),
    Column("number", told=True),
    Column("status", told=True),
    Column("received_at", told=True),
    Column("customer_id", required=True),
    Column("site_id", required=True),
    Column("job_type", required=True),
    Column("title", required=True),
    Column("description"),
    Column("priority", one_of(*(one.value for one in Priority))),
    Column("duration_minutes", whole),
    Column("windows", windows),
)
REPEATED: tuple[str, ...] = ()
_FIXED = ("customer_id", "site_id", "job_type")


def key(values: Values) -> str:
    """What names the row."""
    return str(values["external_id"])


def rows(uow: UnitOfWork) -> Iterator[Values]:
    """Every job that the actor may see, as rows of the sheet, the oldest first."""
    query = work_lists.jobs(uow, work_lists.JobFilter()).order_by(Job.received_at, Job.id)
    for job, _ in uow.session.execute(query).all():
        yield _shown(uow, job)


def before(uow: UnitOfWork, values: Values) -> Values | None:
    """What the row would say if it were written now; None for a new job."""
    job = _job(uow, values)
    return None if job is None else _shown(uow, job)


def take(uow: UnitOfWork, values: Values) -> None:
    """Take the job in, or change it."""
    job = _job(uow, values)
    if job is None:
        _take_in(uow, values)
        return
    present = _shown(uow, job)
    for name in _FIXED:
        if values[name] != present[name]:
            raise BadCell(
                name, f"is {present[name]!r} for this job and cannot be changed", "cancel it, take in a new one"
            )
    wanted = {name: values[name] for name in ("title", "description", "priority") if name in values}
    if "description" in wanted:
        wanted["description"] = wanted["description"] or ""
    if wanted.get("priority", "") is None:
        del wanted["priority"]
    jobs.change(uow, job.id, **wanted)
    _change_visit(uow, job, values, present)


# -- parts -------------------------------------------------------------------------------------------------------------


def _shown(uow: UnitOfWork, job: Job) -> Values:
    customer, site = uow.get(Customer, job.customer_id), uow.get(Site, job.site_id)
    visit = _last_visit(uow, job)
    return {
        "external_id": job.external_id or job.number,
        "number": job.number,
        "status": job.status.value,
        "received_at": instant(job.received_at),
        "customer_id": customer.external_id or customer.id,
        "site_id": site.external_id or site.id,
        "job_type": uow.get(JobType, job.job_type_id).name,
        "title": job.title,
        "description": job.description,
        "priority": job.priority.value,
        "duration_minutes": visit.duration / 60 if visit is not None else None,
        "windows": shown_windows(visit.windows) if visit is not None else "",
    }


def _last_visit(uow: UnitOfWork, job: Job) -> Visit | None:
    return uow.session.scalars(select(Visit).where(Visit.job_id == job.id).order_by(Visit.sequence.desc())).first()


def _job(uow: UnitOfWork, values: Values) -> Job | None:
    name = key(values)
    job = uow.session.scalars(select(Job).where(or_(Job.external_id == name, Job.number == name))).first()
    if job is not None and not uow.actor.covers(job.territory_id):
        raise BadCell("external_id", "is the number of a job elsewhere", "use another number")
    return job


def _take_in(uow: UnitOfWork, values: Values) -> None:
    customer = _named(uow, Customer, values["customer_id"], "customer_id", "customer")
    site = _named(uow, Site, values["site_id"], "site_id", "site")
    job_type = uow.session.scalar(select(JobType).where(JobType.name == values["job_type"]))
    if job_type is None:
        names = uow.session.scalars(select(JobType.name).where(JobType.active).order_by(JobType.name)).all()
        raise BadCell("job_type", "is no job type", f"use one of {', '.join(names[:10])}" if names else "add it first")
    minutes = values.get("duration_minutes")
    intake.receive_job(
        uow,
        customer_id=customer.id,
        site_id=site.id,
        job_type_id=job_type.id,
        title=values["title"],
        description=values.get("description") or "",
        priority=values.get("priority"),
        channel="import",
        external_id=key(values),
        windows=values.get("windows") or (),
        duration=None if minutes is None else minutes * 60,
    )


def _named(uow: UnitOfWork, table: type[Known], name: str, column: str, word: str) -> Known:
    row = uow.session.scalars(select(table).where(or_(table.external_id == name, table.id == name))).first()
    if row is None:
        raise BadCell(column, f"is no {word}", f"import the {word}s first, or correct the number")
    return row


def _change_visit(uow: UnitOfWork, job: Job, values: Values, present: Values) -> None:
    wanted = {}
    minutes = values.get("duration_minutes")
    if minutes is not None and minutes != present["duration_minutes"]:
        wanted["duration"] = minutes * 60
    if values.get("windows") is not None and shown_windows(values["windows"]) != present["windows"]:
        wanted["windows"] = values["windows"]
    visit = _last_visit(uow, job)
    if not wanted or visit is None:
        return
    if visit.status not in PLANNABLE:
        column = "duration_minutes" if "duration" in wanted else "windows"
        raise BadCell(column, f"cannot be changed: the visit is {visit.status.value}", "leave it as it was")
    visits.change(uow, visit.id, **wanted)
