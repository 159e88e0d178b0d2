"""Jobs as a whole: what people do to them, what they change, and further visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import JobChanged, VisitAdded
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import ENDED, HELD, JobAction, JobStatus, actions, advance, followed
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, PLANNABLE, VisitAction
from dispatch.services import following, sla, visits
from dispatch.services.complaints import Complaints
from dispatch.services.history import saying_how
from dispatch.services.rights import require_sight
from dispatch.services.visit_changes import CHANGEABLE, checked
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Contact, Equipment, Job, JobType, Priority, Site, Visit
from dispatch.store.unit_of_work import UnitOfWork

JOB_CHANGEABLE = ("title", "description", "priority", "contact_id", "equipment_id", "site_id")
"""What :func:`change` takes."""


class Underway(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Somebody is on the way or has been there: the job cannot move to another place."""

    code, title = "job-underway", "The job has gone too far for that"


def seen(uow: UnitOfWork, job_id: str) -> Job:
    """The job, if the actor may see it; otherwise :class:`NotFound`, whether it exists or not."""
    job = uow.get(Job, job_id)
    require_sight(uow, Right.READ_JOBS, job.territory_id, "job", job_id)
    return job


def allowed(uow: UnitOfWork, job: Job) -> list[JobAction]:
    """What the actor may do to the job now."""
    if not (uow.actor.may(Right.CHANGE_JOBS) and uow.actor.covers(job.territory_id)):
        return []
    return actions(job.status)


def act(uow: UnitOfWork, job_id: str, action: JobAction, *, reason: str = "") -> Job:
    """Do ``action`` to a job. Its clocks follow; a job that ends takes its unfinished visits with it.

    ``ADD_VISIT`` adds a follow-up like :func:`add_visit` without further wishes. Raises :class:`NotFound`,
    :class:`Forbidden` or :class:`IllegalTransition`.
    """
    action = JobAction(action)
    job = _mine(uow, job_id)
    with saying_how(uow, job):
        after = advance(job.status, action)
    if action is JobAction.ADD_VISIT:
        _append(uow, job, {})
        return job
    if after in ENDED:
        following.move(uow, job, after, action.value)
        _cancel_visits(uow, job, reason or f"the job was {after.value}")
    else:
        following.move(uow, job, _settled(uow, job, action, after), action.value)
    return job


def change(uow: UnitOfWork, job_id: str, **fields: Any) -> Job:
    """Change a job; see :data:`JOB_CHANGEABLE`. A new priority moves the promises; a new site moves the open visits.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Underway` or :class:`Invalid`.
    """
    job = _mine(uow, job_id)
    values = _checked(uow, job, fields)
    changed = tuple(name for name, value in values.items() if getattr(job, name) != value)
    if "site_id" in changed:
        _move_to(uow, job, values["site_id"])
    for name in changed:
        setattr(job, name, values[name])
    if changed:
        uow.session.flush()
        uow.record(JobChanged(job=job.id, changed=changed, territory=job.territory_id))
        if {"priority", "site_id"} & set(changed):
            sla.refresh(uow, job)
    return job


def add_visit(uow: UnitOfWork, job_id: str, **fields: Any) -> Visit:
    """One more visit of the job, after its last one. What ``fields`` do not say is as in the visit before.

    ``fields``: see :data:`dispatch.services.visit_changes.CHANGEABLE`. Raises :class:`NotFound`, :class:`Forbidden`,
    :class:`IllegalTransition` or :class:`Invalid`.
    """
    job = _mine(uow, job_id)
    with saying_how(uow, job):
        advance(job.status, JobAction.ADD_VISIT)
    return _append(uow, job, fields)


def append_visit(uow: UnitOfWork, job: Job, **fields: Any) -> Visit | None:
    """:func:`add_visit`, rights aside: for services that have checked theirs and hold the job's lock.

    A job that is completed is opened again. None where nothing may be added any more.
    """
    if job.status is JobStatus.COMPLETED:
        following.move(uow, job, advance(job.status, JobAction.REOPEN), JobAction.REOPEN.value)
    return _append(uow, job, fields) if JobAction.ADD_VISIT in actions(job.status) else None


def first_visit(uow: UnitOfWork, job: Job, job_type: JobType, fields: Mapping[str, Any]) -> Visit:
    """The first visit of a job that has just come in: what its type says, unless ``fields`` say otherwise."""
    asked = {"roles": job_type.roles, "duration": job_type.duration, "demand": job_type.demand, **fields}
    return _insert(uow, job, 1, asked)


# -- parts -------------------------------------------------------------------------------------------------------------


def _mine(uow: UnitOfWork, job_id: str) -> Job:
    job = uow.get(Job, job_id)
    require_sight(uow, Right.CHANGE_JOBS, job.territory_id, "job", job_id)
    return locked(uow, Job, job_id)


def _settled(uow: UnitOfWork, job: Job, action: JobAction, after: JobStatus) -> JobStatus:
    """Where the job stands after the action, seeing where its visits are: they may have moved on while it was held."""
    if after in HELD or action is JobAction.REOPEN:
        return after
    statuses = following.statuses(uow.session, job.id)
    if after is JobStatus.TRIAGED or any(status not in FINAL for status in statuses):
        return followed(after, statuses)
    return after


def _cancel_visits(uow: UnitOfWork, job: Job, reason: str) -> None:
    unfinished = select(Visit).where(Visit.job_id == job.id, Visit.status.not_in(FINAL)).order_by(Visit.sequence)
    for visit in uow.session.scalars(unfinished.with_for_update().execution_options(populate_existing=True)).all():
        visits.step(uow, job, visit, VisitAction.CANCEL, reason=reason)


def _append(uow: UnitOfWork, job: Job, fields: Mapping[str, Any]) -> Visit:
    last = uow.session.scalars(select(Visit).where(Visit.job_id == job.id).order_by(Visit.sequence.desc())).first()
    asked: dict[str, Any] = dict(fields)
    sequence = 1
    if last is not None:
        before = {name: getattr(last, name) for name in ("roles", "duration", "demand", "only", "never", "preferred")}
        asked = {**before, "after_id": last.id, "drop_cost": last.drop_cost, **asked}
        sequence = last.sequence + 1
    visit = _insert(uow, job, sequence, asked)
    after = _settled(uow, job, JobAction.ADD_VISIT, advance(job.status, JobAction.ADD_VISIT))
    following.move(uow, job, after, JobAction.ADD_VISIT.value)
    return visit


def _insert(uow: UnitOfWork, job: Job, sequence: int, asked: Mapping[str, Any]) -> Visit:
    values = checked(uow, asked)
    _check_after(uow, job, values.get("after_id"))
    visit = Visit(
        id=new_id("visit"),
        job_id=job.id,
        sequence=sequence,
        site_id=job.site_id,
        territory_id=job.territory_id,
        **{name: value for name, value in values.items() if name in CHANGEABLE},
    )
    uow.session.add(visit)
    uow.session.flush()
    uow.record(VisitAdded(visit=visit.id, job=job.id, territory=job.territory_id))
    return visit


def _check_after(uow: UnitOfWork, job: Job, after_id: str | None) -> None:
    if after_id is None:
        return
    before = uow.session.get(Visit, after_id)
    if before is None or before.job_id != job.id:
        complaints = Complaints()
        complaints.say("after_id", after_id, "is no visit of this job", "name one that is, or leave it out")
        complaints.raise_any()


def _checked(uow: UnitOfWork, job: Job, fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    values = dict(fields)
    for name, value in fields.items():
        if name == "title":
            values[name] = complaints.text(name, value, 200, required=True)
        elif name == "description":
            values[name] = complaints.text(name, value, 20_000)
        elif name == "priority":
            values[name] = Priority(value)
        elif name not in JOB_CHANGEABLE:
            complaints.say(name, value, "is nothing that can be changed", f"use {', '.join(JOB_CHANGEABLE)}")
    check_places(uow, complaints, {"site_id": job.site_id, **values}, job.customer_id)
    complaints.raise_any()
    return values


def check_places(uow: UnitOfWork, complaints: Complaints, values: Mapping[str, Any], customer_id: str) -> None:
    """The site and the contact are the customer's, the equipment stands at the site."""
    site = uow.session.get(Site, values["site_id"])
    if site is None or site.customer_id != customer_id or not uow.actor.covers(site.territory_id):
        complaints.say("site_id", values["site_id"], "is no site of this customer", "use one of theirs, or add it")
    if (contact_id := values.get("contact_id")) is not None:
        contact = uow.session.get(Contact, contact_id)
        if contact is None or contact.customer_id != customer_id:
            complaints.say("contact_id", contact_id, "is no contact of this customer", "use one of theirs, or add it")
    if (equipment_id := values.get("equipment_id")) is not None:
        equipment = uow.session.get(Equipment, equipment_id)
        if equipment is None or equipment.site_id != values["site_id"]:
            complaints.say("equipment_id", equipment_id, "does not stand at this site", "use what does, or add it")


def _move_to(uow: UnitOfWork, job: Job, site_id: str) -> None:
    rows = uow.session.scalars(select(Visit).where(Visit.job_id == job.id).with_for_update()).all()
    if any(visit.status in COMMITTED | FINAL for visit in rows) or job.status in ENDED:
        raise Underway(
            "Somebody is on the way, or has been at the site: cancel the job and take it in for the other site.",
            status=job.status.value,
        )
    job.territory_id = uow.get(Site, site_id).territory_id
    for visit in rows:
        if visit.status in PLANNABLE:
            visit.site_id, visit.territory_id = site_id, job.territory_id
