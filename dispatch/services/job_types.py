"""Job types: kinds of work, with what their visits need unless a job says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services import asks, checklists
from dispatch.services.changing import checked_texts, tell, written
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require
from dispatch.store.queries.rows import locked
from dispatch.store.tables import JobType, Priority
from dispatch.store.unit_of_work import UnitOfWork

FIELDS = (
    "name",
    "roles",
    "duration",
    "demand",
    "priority",
    "active",
    "checklist",
    "checklist_required",
    "knowledge",
)
ASKING = frozenset({"checklist", "checklist_required"})
"""What makes another version of the checklist."""


def found(uow: UnitOfWork, *, active: bool | None = None) -> Select[JobType]:
    """The kinds of work; ``active`` True: those that are offered."""
    require(uow, Right.READ_SETUP)
    query = select(JobType)
    return query if active is None else query.where(JobType.active.is_(active))


def seen(uow: UnitOfWork, job_type_id: str) -> JobType:
    """The job type."""
    require(uow, Right.READ_SETUP)
    return uow.get(JobType, job_type_id)


def create_job_type(
    uow: UnitOfWork, *, name: str, duration: int, roles: Sequence[Mapping[str, Any]] = ({"skills": {}},), **fields: Any
) -> JobType:
    """A new kind of work; ``duration`` in seconds. Raises :class:`Invalid`."""
    require(uow, Right.WRITE_SETUP)
    values = _checked({"name": name, "duration": duration, "roles": roles, **fields})
    job_type = JobType(id=new_id("jobtype"), checklist_version=0, **{"checklist_required": False, **values})
    uow.session.add(job_type)
    if job_type.checklist:
        checklists.note_version(uow, job_type)
    tell(uow, job_type, "created")
    return job_type


def change_job_type(uow: UnitOfWork, job_type_id: str, **fields: Any) -> JobType:
    """Change a kind of work; jobs that are here already keep what they got. Raises :class:`Invalid`.

    Another checklist is asked from now on, also of visits that are here already; answers to the one before stay good.
    """
    require(uow, Right.WRITE_SETUP)
    job_type = locked(uow, JobType, job_type_id)
    if changed := written(job_type, _checked(fields)):
        if ASKING & set(changed):
            checklists.note_version(uow, job_type)
        tell(uow, job_type, "changed")
    return job_type


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    for name in fields.keys() - set(FIELDS):
        complaints.say(name, fields[name], "is nothing a job type has", f"use {', '.join(FIELDS)}")
    values = checked_texts(fields, {"name": 120}, complaints, required=("name",))
    if "roles" in values:
        values["roles"] = asks.roles(values["roles"], complaints)
    if "duration" in values:
        values["duration"] = asks.duration(values["duration"], complaints)
    if "demand" in values:
        values["demand"] = asks.quantities(values["demand"], complaints, "demand")
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    if "checklist" in values:
        values["checklist"] = checklists.checked(values["checklist"], complaints)
    if "knowledge" in values:
        values["knowledge"] = checklists.checked_links(values["knowledge"], complaints)
    complaints.raise_any()
    return values
