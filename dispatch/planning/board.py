"""The plan that everybody acts on, as it stands this moment: technician by technician, with what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import QueryableAttribute

from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services.placing import NO_POSITION
from dispatch.services.rights import require
from dispatch.store.queries.promises import due_instants
from dispatch.store.tables import Assignment, Job, PlanHead, PlanRow, Priority, Shift, Site, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class BoardStop:
    """A visit on somebody's day. ``promises``: what was promised → when it is due; ``late_by`` in seconds;
    ``travel_source``: who says how long the way there takes, ``road``, ``cached`` or ``estimate``, where known."""

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
    travel_source: str | None
    promises: Mapping[str, dt.datetime]


@dataclass(frozen=True, slots=True)
class BoardShift:
    """One shift with its stops in order."""

    id: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    stops: list[BoardStop] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BoardTechnician:
    """Somebody's day."""

    id: str
    name: str
    territory: str | None
    shifts: list[BoardShift] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BoardWithoutPlace:
    """A visit without a place in the published plan, and why."""

    visit: str
    job: str
    number: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Board:
    """The published plan between two instants. ``edition`` 0: nothing has been published yet."""

    edition: int
    plan: str | None
    since: dt.datetime
    until: dt.datetime
    technicians: Sequence[BoardTechnician]
    unassigned: Sequence[BoardWithoutPlace]


def board(uow: UnitOfWork, since: dt.datetime, until: dt.datetime) -> Board:
    """What is planned on the shifts between two instants, within the actor's territories."""
    require(uow, Right.READ_PLANS)
    head = uow.session.get(PlanHead, 1)
    people: dict[str, BoardTechnician] = {}
    shifts: dict[str, BoardShift] = {}
    asked = (Shift.ends_at > since, Shift.starts_at < until, _mine(uow, Technician.territory_id))
    worked = select(Shift.id).join(Technician, Technician.id == Shift.technician_id).where(*asked)
    found = worked.add_columns(Shift.starts_at, Shift.ends_at, Technician.id, Technician.name, Technician.territory_id)
    for shift, begins, ends, who, *called in uow.session.execute(
        found.order_by(Technician.name, Technician.id, Shift.starts_at)
    ):
        person = people.setdefault(who, BoardTechnician(who, *called))
        shifts[shift] = BoardShift(shift, begins, ends)
        person.shifts.append(shifts[shift])
    planned = Assignment.shift_id.in_(worked)
    promised = due_instants(uow.session, select(Visit.job_id).join(Assignment, _OF_VISIT).where(planned))
    stops = select(Assignment.shift_id, Visit.pin, *(column.label(name) for name, column in _STOP.items()))
    stops = stops.select_from(Assignment).join(Visit, _OF_VISIT).join(Job, Job.id == Visit.job_id).where(planned)
    for shift, pin, *told in uow.session.execute(
        stops.order_by(Assignment.shift_id, Assignment.position, Assignment.start)
    ):
        stop = dict(zip(_STOP, told, strict=True))
        promises = promised.get(stop["job"], {})
        shifts[shift].stops.append(BoardStop(**stop, pinned=bool(pin), promises=promises))
    return Board(
        edition=head.edition if head else 0,
        plan=head.plan_id if head else None,
        since=since,
        until=until,
        technicians=list(people.values()),
        unassigned=_without_place(uow, head),
    )


_OF_VISIT = Visit.id == Assignment.visit_id
_STOP: Mapping[str, ColumnElement[Any] | QueryableAttribute[Any]] = {
    "visit": Visit.id,
    "role": Assignment.role,
    "job": Job.id,
    "number": Job.number,
    "title": Job.title,
    "priority": Job.priority,
    "status": Visit.status,
    "arrival": Assignment.arrival,
    "start": Assignment.start,
    "end": Assignment.end,
    "late_by": Visit.late_by,
    "travel_source": Assignment.travel_source,
}
"""Where the members of a stop are read that are kept as they are told. Columns, not rows: there are thousands."""


def _without_place(uow: UnitOfWork, head: PlanHead | None) -> list[BoardWithoutPlace]:
    """What is open now, with the reasons that the published plan gave where it knew of it.

    Where nobody knows the place there is one reason: no plan can hold the visit.
    """
    left = select(PlanRow.plan["unassigned"]).where(PlanRow.id == (head.plan_id if head is not None else None))
    reasons = {one["visit"]: one["reasons"] for one in uow.session.scalar(left) or ()}
    waiting = (
        select(Visit.id, Job.id, Job.number, Site.lat.is_(None))
        .join(Job, Job.id == Visit.job_id)
        .join(Site, Site.id == Visit.site_id)
        .where(Visit.status == VisitStatus.OPEN, _mine(uow, Visit.territory_id))
        .order_by(Job.received_at, Visit.sequence)
    )
    return [
        BoardWithoutPlace(visit, job, number, (NO_POSITION,) if nowhere else reasons.get(visit, ()))
        for visit, job, number, nowhere in uow.session.execute(waiting)
    ]


def _mine(uow: UnitOfWork, territory: QueryableAttribute[str | None]) -> ColumnElement[bool]:
    mine = sorted(uow.actor.territories)
    return or_(territory.is_(None), territory.in_(mine)) if mine else true()
