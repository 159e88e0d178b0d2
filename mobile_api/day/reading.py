"""What is read of the store for one day: always the same number of queries, however full the day is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, NOT_DISPATCHED, VisitStatus
from dispatch.services import asking
from dispatch.store.tables import (
    Assignment,
    Contact,
    Customer,
    Equipment,
    ExpectedArrival,
    Job,
    JobType,
    Shift,
    Site,
    SlaClock,
    Technician,
    Visit,
)
from dispatch.store.types import Instant
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.whose import Whose

_STILL_OPEN = sorted({VisitStatus.DISPATCHED, VisitStatus.ACCEPTED, *COMMITTED})
_LONGEST_AGO = dt.timedelta(days=14)
"""A visit that somebody still has from before that is a matter for a dispatcher."""
_PAST_VISITS = 5
"""So many earlier visits are told of a machine."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit on the technician's day with all that belongs to it. ``date``: the day it counts to."""

    date: dt.date
    assignment: Assignment
    visit: Visit
    job: Job
    job_type: JobType
    site: Site
    customer: Customer
    contact: Contact | None
    equipment: Equipment | None
    proposed_at: dt.datetime | None

    @property
    def provisional(self) -> bool:
        """Whether the plan gives it to the technician and it is not dispatched: it may change without a word."""
        return self.visit.status in NOT_DISPATCHED


@dataclass(frozen=True, slots=True)
class PastVisit:
    """An earlier visit at a machine."""

    date: dt.date
    number: str
    title: str
    outcome: str
    status: VisitStatus
    technician: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """All that the documents of visits are made of. ``asked``: visit → from when on its crew is asked to accept it."""

    stops: Sequence[Stop]
    crews: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    asked: Mapping[str, dt.datetime] = field(default_factory=dict)
    clocks: Mapping[str, Sequence[SlaClock]] = field(default_factory=dict)
    history: Mapping[str, Sequence[PastVisit]] = field(default_factory=dict)


def read(uow: UnitOfWork, who: Whose) -> Read:
    """Everything about today's and tomorrow's visits of a technician, and about those still open from before."""
    stops = _stops(uow, who)
    visits = [stop.visit.id for stop in stops]
    crews, asked = _crews(uow, visits)
    return Read(stops, crews, asked, _clocks(uow, stops), _history(uow, who, stops))


def _stops(uow: UnitOfWork, who: Whose) -> list[Stop]:
    today, after = who.begins(who.date), who.begins(who.tomorrow + dt.timedelta(days=1))
    asked = {"technician": who.technician.id, "today": today, "after": after}
    span = {"since": today - _LONGEST_AGO, "until": after + dt.timedelta(days=1)}
    found: dict[str, Stop] = {}
    for *rows, starts_at in uow.session.execute(_STOPS, {**asked, **span}):
        date = who.local_date(starts_at or rows[0].start)
        stop = Stop(who.date if date < who.date else date, *rows)
        if stop.date <= who.tomorrow:
            found.setdefault(stop.visit.id, stop)
    return sorted(found.values(), key=_order)


def _counts() -> ColumnElement[bool]:
    """What belongs to today or tomorrow: by the shift that it is on, because it ended today, or because it has not."""
    planned = func.coalesce(Shift.starts_at, Assignment.start)
    today, after = bindparam("today", type_=Instant), bindparam("after", type_=Instant)
    return or_(
        and_(planned >= today, planned < after),
        and_(planned < today, or_(Visit.status.in_(_STILL_OPEN), Visit.finished_at >= today)),
    )


# Made once: putting a statement of this size together takes longer than asking it. Each join finds one row at most.
_STOPS = (
    select(Assignment, Visit, Job, JobType, Site, Customer, Contact, Equipment)
    .add_columns(ExpectedArrival.proposed_at, Shift.starts_at)
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Job, Job.id == Visit.job_id)
    .join(JobType, JobType.id == Job.job_type_id)
    .join(Site, Site.id == Visit.site_id)
    .join(Customer, Customer.id == Job.customer_id)
    .outerjoin(Contact, Contact.id == Job.contact_id)
    .outerjoin(Equipment, Equipment.id == Job.equipment_id)
    .outerjoin(
        ExpectedArrival,
        and_(ExpectedArrival.visit_id == Visit.id, ExpectedArrival.technician_id == Assignment.technician_id),
    )
    .outerjoin(Shift, Shift.id == Assignment.shift_id)
    .where(
        Assignment.technician_id == bindparam("technician"),
        Assignment.start.between(bindparam("since"), bindparam("until")),
        _counts(),
        # What was cancelled before anybody came is nobody's work; where somebody was, it is their history.
        or_(Visit.status != VisitStatus.CANCELLED, Visit.arrived_at.is_not(None)),
    )
    .order_by(Assignment.start, Assignment.visit_id, Assignment.role)
)


def _order(stop: Stop) -> tuple[object, ...]:
    """In the order in which they are done: what is over by when it ended, then as planned, what is sure first."""
    ended = stop.visit.finished_at if stop.visit.status in FINAL else None
    planned = stop.assignment
    kind = ended is None, stop.provisional
    return stop.date, *kind, ended or planned.start, planned.shift_id, planned.position, stop.visit.id


def _crews(uow: UnitOfWork, visits: Sequence[str]) -> tuple[dict[str, list[tuple[str, str]]], dict[str, dt.datetime]]:
    """Visit → id and name of each who does it, role by role; and from when on the first of them is asked for it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    asked: dict[str, dt.datetime] = {}
    accept = asking.aheads(uow.session).accept
    for stop in uow.session.execute(_CREWS, {"visits": visits}):
        found[stop.visit_id].append((stop.id, stop.name))
        since = asking.asked_from(stop, accept)
        asked[stop.visit_id] = min(since, asked.get(stop.visit_id, since))
    return found, asked


_CREWS = (
    select(Assignment.visit_id, Technician.id, Technician.name)
    .add_columns(Assignment.start, Assignment.travel_seconds)
    .join(Technician, Technician.id == Assignment.technician_id)
    .where(Assignment.visit_id.in_(bindparam("visits", expanding=True)))
    .order_by(Assignment.visit_id, Assignment.role)
)


def _clocks(uow: UnitOfWork, stops: Sequence[Stop]) -> dict[str, list[SlaClock]]:
    """Job → its promises, the next one first."""
    found: dict[str, list[SlaClock]] = defaultdict(list)
    for clock in uow.session.scalars(_CLOCKS, {"jobs": sorted({stop.job.id for stop in stops})}):
        found[clock.job_id].append(clock)
    return found


_CLOCKS = (
    select(SlaClock)
    .where(SlaClock.job_id.in_(bindparam("jobs", expanding=True)))
    .order_by(SlaClock.due_at, SlaClock.target)
)


def _history(uow: UnitOfWork, who: Whose, stops: Sequence[Stop]) -> dict[str, list[PastVisit]]:
    """Machine → the last visits at it that are over, before today, the latest first."""
    machines = sorted({stop.equipment.id for stop in stops if stop.equipment is not None})
    found: dict[str, list[PastVisit]] = defaultdict(list)
    asked = {"machines": machines, "today": who.begins(who.date)}
    for machine, _, ended, number, title, outcome, status, _, name in uow.session.execute(_HISTORY, asked):
        found[machine].append(PastVisit(who.local_date(ended), number, title, outcome, status, name))
    return found


def _history_of_machines() -> Select[Any]:
    rank = func.row_number().over(partition_by=Job.equipment_id, order_by=(Visit.finished_at.desc(), Visit.id))
    past = (
        select(Job.equipment_id, Visit.id, Visit.finished_at, Job.number, Job.title, Visit.outcome, Visit.status)
        .add_columns(rank.label("rank"))
        .join(Job, Job.id == Visit.job_id)
        .where(Job.equipment_id.in_(bindparam("machines", expanding=True)))
        .where(Visit.finished_at.is_not(None), Visit.finished_at < bindparam("today"))
        .where(Visit.status != VisitStatus.CANCELLED)
        .subquery()
    )
    return (
        select(past, Technician.name)
        .outerjoin(Assignment, and_(Assignment.visit_id == past.c.id, Assignment.role == 0))
        .outerjoin(Technician, Technician.id == Assignment.technician_id)
        .where(past.c.rank <= _PAST_VISITS)
        .order_by(past.c.equipment_id, past.c.rank)
    )


_HISTORY = _history_of_machines()
