"""What escalation does: raises the priority, tells the supervisor. Re-planning is the event's own reaction.

Which steps there are, and when, is data of the SLA policy: its ``ladder`` after a breach, its ``on_intake`` as soon as
a job comes under it. The clocks only record that a step was taken (:class:`Escalated`, with the transaction that found
it); its effect hangs on that event, so it happens exactly once and does not hold up whoever watches the clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement, select

from dispatch.domain.events import Escalated, Event, JobChanged, RecordChanged, VisitAdded
from dispatch.domain.job_lifecycle import ENDED
from dispatch.domain.sla import Target
from dispatch.messaging.notices import tell
from dispatch.services import sla
from dispatch.services.senior import ask_for_senior
from dispatch.services.sla_terms import Setup, facts
from dispatch.store.queries.promises import live_jobs, placed_jobs
from dispatch.store.tables import Job, OutboxEntry, Priority, Site, Technician, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork

RAISED: Mapping[Priority, Priority] = {
    Priority.LOW: Priority.NORMAL,
    Priority.NORMAL: Priority.HIGH,
    Priority.HIGH: Priority.CRITICAL,
}
"""One step up. Nothing is above critical."""


def react(uow: UnitOfWork, event: Event, entry: OutboxEntry | None = None) -> None:  # noqa: ARG001
    """What an event asks for; see :data:`REACTIONS`. All handlers are called alike; this one needs no ``entry``."""
    if reaction := REACTIONS.get(event.kind):
        reaction(uow, event)


def raise_priority(uow: UnitOfWork, job: Job) -> None:
    """Put a job's priority one step up, which may bring it under another SLA policy."""
    if job.priority not in RAISED:
        return
    job.priority = RAISED[job.priority]
    uow.record(JobChanged(job=job.id, changed=("priority",), territory=job.territory_id))
    sla.refresh(uow, job)


def tell_supervisor(uow: UnitOfWork, job: Job, target: str) -> None:
    """Tell the supervisor of the job's territory; all managers of it where it has none."""
    territory = uow.get(Territory, job.territory_id) if job.territory_id else None
    supervisor = territory.supervisor_id if territory else None
    recipient = f"user:{supervisor}" if supervisor else "role:manager"
    text, values = _said(uow, job, target)
    tell(uow, recipient, text, values, about=f"job:{job.id}", territory=job.territory_id)


def _escalated(uow: UnitOfWork, event: Event) -> None:
    assert isinstance(event, Escalated)
    job = uow.get(Job, event.job, lock=True)
    if job.status in ENDED:
        return
    if event.action == "raise_priority":
        raise_priority(uow, job)
    elif event.action == "tell_supervisor":
        tell_supervisor(uow, job, event.target)


def _visit_added(uow: UnitOfWork, event: Event) -> None:
    """A second visit is asked of a senior like the first one."""
    assert isinstance(event, VisitAdded)
    placed = placed_jobs(uow.session, [event.job])[event.job]
    policy = Setup(uow.session).policy_for(facts(placed))
    if policy is not None:
        ask_for_senior(uow, placed.job, policy)


def _record_changed(uow: UnitOfWork, event: Event) -> None:
    """A contract, or a time zone, was changed: the promises to those whom it concerns are counted anew."""
    assert isinstance(event, RecordChanged)
    concerned: Mapping[str, ColumnElement[bool]] = {
        "customer": Job.customer_id == event.record,
        "site": Job.site_id == event.record,
        "territory": (Job.territory_id == event.record) | (Site.territory_id == event.record),
    }
    if event.table in concerned:
        sla.refresh_jobs(uow, live_jobs(uow.session, concerned[event.table]))


REACTIONS: Mapping[str, Callable[[UnitOfWork, Event], None]] = {
    Escalated.__name__: _escalated,
    VisitAdded.__name__: _visit_added,
    RecordChanged.__name__: _record_changed,
}
"""Event → what it asks for here."""


def _said(uow: UnitOfWork, job: Job, target: str) -> tuple[str, Mapping[str, object]]:
    """Which text tells of a step of this target's, and what stands in it."""
    values = {"number": job.number, "title": job.title, "priority": job.priority, "status": job.status}
    if target != sla.INTAKE:
        return "promise_missed", {**values, "promise": Target(target)}
    asked = _asked_of(uow, job)
    return ("job_received", {**values, "asked": ", ".join(asked)}) if asked else ("job_received_for_anybody", values)


def _asked_of(uow: UnitOfWork, job: Job) -> Sequence[str]:
    """Whom a senior was asked of, for the supervisor to see that somebody is there."""
    visits = uow.session.scalars(select(Visit).where(Visit.job_id == job.id)).all()
    asked = {technician for visit in visits for technician in (*visit.only, *visit.preferred)}
    names = select(Technician.name).where(Technician.id.in_(sorted(asked))).order_by(Technician.name)
    return uow.session.scalars(names).all()
