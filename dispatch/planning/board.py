"""The plan that everybody acts on, as it stands this moment: technician by technician, with what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import sla
from dispatch.services.rights import require
from dispatch.store.tables import Assignment, Job, PlanHead, PlanRow, Priority, Shift, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class BoardStop:
    """A visit on somebody's day. ``promises``: target → due instant; ``late_by``: seconds by which one is missed."""

    visit: str
    role: int
    job: str
    number: str
    title: str
    priority: Priority
    status: VisitStatus
    arrival: dt.datetime
    start: dt.datetime
    end: dt.datetime
    pinned: bool
    late_by: int
    promises: Mapping[str, dt.datetime]


@dataclass(slots=True)
class BoardShift:
    """One shift with its stops in order."""

    id: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    stops: list[BoardStop] = field(default_factory=list)


@dataclass(slots=True)
class BoardTechnician:
    """Somebody's day."""

    id: str
    name: str
    territory: str | None
    shifts: list[BoardShift] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WithoutPlace:
    """A visit that the published plan leaves out, and why."""

    visit: str
    job: str
    number: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The published plan between two instants. ``edition`` 0: nothing has been published yet."""

    edition: int
    plan: str | None
    since: dt.datetime
    until: dt.datetime
    technicians: tuple[BoardTechnician, ...]
    unassigned: tuple[WithoutPlace, ...]


def board(uow: UnitOfWork, since: dt.datetime, until: dt.datetime) -> Board:
    """What is planned on the shifts between two instants, within the actor's territories."""
    require(uow, Right.READ_PLANS)
    session = uow.session
    head = session.get(PlanHead, 1)
    people: dict[str, BoardTechnician] = {}
    shifts: dict[str, BoardShift] = {}
    found = session.execute(
        select(Shift, Technician)
        .join(Technician, Technician.id == Shift.technician_id)
        .where(Shift.ends_at > since, Shift.starts_at < until)
        .order_by(Technician.name, Technician.id, Shift.starts_at)
    )
    for shift, who in found:
        if uow.actor.covers(who.territory_id):
            person = people.setdefault(who.id, BoardTechnician(who.id, who.name, who.territory_id))
            shifts[shift.id] = BoardShift(shift.id, shift.starts_at, shift.ends_at)
            person.shifts.append(shifts[shift.id])
    rows = session.execute(
        select(Assignment, Visit, Job)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Job, Job.id == Visit.job_id)
        .where(Assignment.shift_id.in_(sorted(shifts)))
        .order_by(Assignment.shift_id, Assignment.position, Assignment.start)
    ).all()
    promised = sla.promises(session, sorted({job.id for _, _, job in rows}))
    for stop, visit, job in rows:
        due = {target.value: terms.due_at for target, terms in promised.get(job.id, {}).items()}
        shifts[stop.shift_id].stops.append(_stop(stop, visit, job, due))
    return Board(
        edition=head.edition if head else 0,
        plan=head.plan_id if head else None,
        since=since,
        until=until,
        technicians=tuple(people.values()),
        unassigned=_without_place(uow, head),
    )


def _stop(stop: Assignment, visit: Visit, job: Job, due: Mapping[str, dt.datetime]) -> BoardStop:
    return BoardStop(
        visit=visit.id,
        role=stop.role,
        job=job.id,
        number=job.number,
        title=job.title,
        priority=job.priority,
        status=visit.status,
        arrival=stop.arrival,
        start=stop.start,
        end=stop.end,
        pinned=bool(visit.pin),
        late_by=visit.late_by,
        promises=due,
    )


def _without_place(uow: UnitOfWork, head: PlanHead | None) -> tuple[WithoutPlace, ...]:
    """What is open now, with the reasons that the published plan gave where it knew of it."""
    reasons: dict[str, tuple[str, ...]] = defaultdict(tuple)
    plan = uow.session.scalar(select(PlanRow.plan).where(PlanRow.id == head.plan_id)) if head is not None else None
    for left in plan.get("unassigned", ()) if plan is not None else ():
        reasons[left["visit"]] = tuple(left["reasons"])
    waiting = uow.session.execute(
        select(Visit, Job)
        .join(Job, Job.id == Visit.job_id)
        .where(Visit.status == VisitStatus.OPEN)
        .order_by(Job.received_at, Visit.sequence)
    )
    return tuple(
        WithoutPlace(visit.id, job.id, job.number, reasons[visit.id])
        for visit, job in waiting
        if uow.actor.covers(visit.territory_id)
    )
