"""The visits of a day as rows of the board: all of them, or those that are named."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from dispatch.domain.events import JeopardyChanged
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, VisitStatus, numbered
from dispatch.planning.day_board.day import Day
from dispatch.services.messages import unread_by_job
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import (
    Assignment,
    Customer,
    Dispute,
    ExpectedArrival,
    FieldAction,
    Job,
    JobType,
    Message,
    OutboxEntry,
    Shift,
    Site,
    SlaClock,
    Visit,
)

_INSTANTS = ("dispatched_at", "accepted_at", "departed_at", "arrived_at", "started_at", "paused_at", "finished_at")
_NO_PIN: Mapping[str, Any] = {"technician": None, "start": None, "order": False}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit of the board. ``fields`` is what everybody is told of it, but for ``reasons``, which are sentences.

    ``technicians``: who it is planned for. ``without_place``: nobody has it. ``job_status`` and ``roles`` say why.
    """

    id: str
    job: str
    customer: str
    site: str
    territory: str | None
    technicians: frozenset[str]
    fields: dict[str, Any]
    without_place: bool
    job_status: JobStatus
    roles: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Besides:
    """What is read for many visits at once: by job the clocks and the unread messages, the rest by visit."""

    clocks: Mapping[str, Sequence[dict[str, Any]]]
    arrivals: Mapping[str, dt.datetime]
    missed: Mapping[str, str]
    disputed: Collection[str]
    unread: Mapping[str, int]


def on_day(day: Day) -> ColumnElement[bool]:
    """Whether an assignment, joined with its shift, is of a day: by its shift, or by its times where that is gone."""
    by_shift = and_(Shift.ends_at > day.since, Shift.starts_at < day.until)
    by_times = and_(Shift.id.is_(None), Assignment.end > day.since, Assignment.start < day.until)
    return or_(by_shift, by_times)


def visits_of(session: Session, day: Day, named: Collection[str] | None = None) -> dict[str, VisitRow]:
    """The visits of the day by their identifiers, in the order of these; ``named``: those among them."""
    planned = planned_on(session, day, named)
    return rows_of(session, {*planned, *_open(session, day, named)}, planned)


def rows_of(
    session: Session, wanted: Collection[str], planned: Mapping[str, Sequence[dict[str, Any]]]
) -> dict[str, VisitRow]:
    """These visits as rows, by their identifiers and in the order of these; ``planned``: where, by visit."""
    found: dict[str, VisitRow] = {}
    disputed = _disputed(session)
    for chunk in chunks(sorted(wanted)):
        rows = session.execute(_ROWS.where(Visit.id.in_(chunk)).order_by(Visit.id)).all()
        jobs = sorted({row.job_id for row in rows})
        besides = _Besides(
            clocks=_clocks(session, jobs),
            arrivals=_told_arrivals(session, [row.id for row in rows if row.status in COMMITTED]),
            missed=_missed(session, [row.id for row in rows if row.late_by > 0]),
            disputed=disputed,
            unread=_unread(session, jobs),
        )
        for row in rows:
            found[row.id] = _visit(row, planned.get(row.id, ()), besides)
    return found


_COLUMNS = (
    Visit.id,
    Visit.version,
    Visit.job_id,
    Visit.status,
    Visit.site_id,
    Visit.territory_id,
    Visit.pin,
    Visit.roles,
    Visit.windows,
    Visit.appointment,
    Visit.duration,
    Visit.extended,
    Visit.paused_for,
    Visit.late_by,
    *(getattr(Visit, name) for name in _INSTANTS),
    Visit.sequence,
    Job.number,
    Job.title,
    Job.priority,
    Job.status.label("job_status"),
    JobType.name.label("type"),
    Customer.id.label("customer_id"),
    Customer.name.label("customer"),
    Site.address,
    Site.lat,
    Site.lon,
)
"""Columns, not rows: there are thousands."""
_ROWS = (
    select(*_COLUMNS)
    .join(Job, Job.id == Visit.job_id)
    .join(JobType, JobType.id == Job.job_type_id)
    .join(Customer, Customer.id == Job.customer_id)
    .join(Site, Site.id == Visit.site_id)
)
_STOP = (
    Assignment.visit_id,
    Assignment.role,
    Assignment.technician_id,
    Assignment.shift_id,
    Assignment.arrival,
    Assignment.start,
    Assignment.end,
    Assignment.travel_seconds,
    Assignment.travel_metres,
    Assignment.travel_source,
)


def planned_on(session: Session, day: Day, named: Collection[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Visit → where each of its roles is planned, of those with a place on the day."""
    query = select(*_STOP).outerjoin(Shift, Shift.id == Assignment.shift_id).where(on_day(day))
    query = query.order_by(Assignment.visit_id, Assignment.role)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for narrowed in _narrowed(Assignment.visit_id, named):
        for stop in session.execute(query.where(*narrowed)):
            found[stop.visit_id].append(_role(stop))
    return found


def _open(session: Session, day: Day, named: Collection[str] | None) -> Iterable[str]:
    if day.holds_open:
        for narrowed in _narrowed(Visit.id, named):
            yield from session.scalars(select(Visit.id).where(Visit.status == VisitStatus.OPEN, *narrowed))


def _narrowed(column: Any, named: Collection[str] | None) -> Iterable[tuple[ColumnElement[bool], ...]]:
    """The conditions of one statement after another: no condition at all, or so many identifiers in each."""
    return [()] if named is None else [(column.in_(chunk),) for chunk in chunks(sorted(named))]


def _role(stop: Any) -> dict[str, Any]:
    leaves = None if stop.travel_seconds is None else stop.arrival - dt.timedelta(seconds=stop.travel_seconds)
    return {
        "role": stop.role,
        "technician": stop.technician_id,
        "shift": stop.shift_id,
        "arrival": stop.arrival,
        "start": stop.start,
        "end": stop.end,
        "travel_seconds": stop.travel_seconds,
        "travel_metres": stop.travel_metres,
        "travel_source": stop.travel_source,
        "leave_at": leaves,
    }


def _disputed(session: Session) -> frozenset[str]:
    return frozenset(one for one in session.scalars(_DISPUTED) if one is not None)


_DISPUTED = select(FieldAction.visit_id).where(FieldAction.dispute == Dispute.OPEN).distinct()


def _clocks(session: Session, jobs: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    query = select(SlaClock.job_id, SlaClock.target, SlaClock.due_at, SlaClock.state, SlaClock.breached_at)
    for chunk in chunks(sorted(jobs)):
        for job, target, due, state, breached in session.execute(
            query.where(SlaClock.job_id.in_(chunk)).order_by(SlaClock.job_id, SlaClock.due_at, SlaClock.target)
        ):
            promise = {"target": target.value, "due": due, "state": state.value, "breached": breached is not None}
            found[job].append(promise)
    return found


def _told_arrivals(session: Session, visits: Collection[str]) -> dict[str, dt.datetime]:
    """Visit → when the last of its crew is expected there, as it was told last: what was only worked out since then is
    too little of a change for anybody."""
    query = select(ExpectedArrival.visit_id, func.max(ExpectedArrival.told)).group_by(ExpectedArrival.visit_id)
    return {
        visit: at
        for chunk in chunks(visits)
        for visit, at in session.execute(query.where(ExpectedArrival.visit_id.in_(chunk)))
        if at is not None
    }


def _missed(session: Session, visits: Collection[str]) -> dict[str, str]:
    """Visit → the promise that it will miss by most, as it was told last."""
    found: dict[str, str] = {}
    for chunk in chunks(visits):
        about = (OutboxEntry.subject_word == JeopardyChanged.ABOUT[0], OutboxEntry.subject_id.in_(chunk))
        last = select(func.max(OutboxEntry.id)).where(*about, OutboxEntry.kind == JeopardyChanged.__name__)
        told = select(OutboxEntry.subject_id, OutboxEntry.payload).where(
            OutboxEntry.id.in_(last.group_by(OutboxEntry.subject_id))
        )
        found |= {visit: payload["promise"] for visit, payload in session.execute(told)}
    return found


def _unread(session: Session, jobs: Sequence[str]) -> dict[str, int]:
    return {
        job: count
        for chunk in chunks(jobs)
        for job, count in session.execute(unread_by_job().where(Message.job_id.in_(chunk)))
    }


def _visit(row: Any, planned: Sequence[dict[str, Any]], besides: _Besides) -> VisitRow:
    clocks = besides.clocks.get(row.job_id, ())
    windows = [{"earliest": earliest, "latest": latest} for earliest, latest in row.windows]
    appointment = windows[0] if row.appointment and windows else None
    levels: dict[str, int] = {}
    for role in row.roles:
        for skill, level in role["skills"].items():
            levels[skill] = max(level, levels.get(skill, 0))
    fields = {
        "id": row.id,
        "version": row.version,
        "job": row.job_id,
        "number": numbered(row.number, row.sequence),
        "title": row.title,
        "type": row.type,
        "priority": row.priority.value,
        "status": row.status.value,
        "pin": {**_NO_PIN, **row.pin} if row.pin else None,
        "customer": {"id": row.customer_id, "name": row.customer},
        "site": {"id": row.site_id, "address": row.address, "lat": row.lat, "lon": row.lon},
        "territory": row.territory_id,
        "skills": [{"skill": skill, "level": level} for skill, level in sorted(levels.items())],
        "people": len(row.roles),
        "windows": windows,
        "appointment": appointment,
        "duration": row.duration,
        "promises": clocks,
        "planned": planned,
        "actual": {name: getattr(row, name) for name in _INSTANTS},
        "expected_end": _expected_end(row, planned, besides.arrivals.get(row.id)),
        "late_by": row.late_by,
        "jeopardy": _jeopardy(row.late_by, besides.missed.get(row.id), appointment, clocks),
        "open_dispute": row.id in besides.disputed,
        "unread": besides.unread.get(row.job_id, 0),
    }
    return VisitRow(
        id=row.id,
        job=row.job_id,
        customer=row.customer_id,
        site=row.site_id,
        territory=row.territory_id,
        technicians=frozenset(one["technician"] for one in planned),
        fields=fields,
        without_place=row.status is VisitStatus.OPEN and not planned,
        job_status=row.job_status,
        roles=row.roles,
    )


def _expected_end(row: Any, planned: Sequence[dict[str, Any]], told: dt.datetime | None) -> dt.datetime | None:
    """When it will be over: by when it began, by when who is on the way is expected, or as it is planned."""
    if row.status in FINAL or not planned:
        return None
    last: dt.datetime = max(one["end"] for one in planned)
    service: dt.timedelta = max(one["end"] - one["start"] for one in planned) + dt.timedelta(seconds=row.extended)
    began: dt.datetime | None = row.started_at
    if began is not None:
        return began + service + dt.timedelta(seconds=row.paused_for)
    there = row.arrived_at or (told if row.status in COMMITTED else None)
    return last if there is None else _begins(row, there) + service


def _begins(row: Any, arrival: dt.datetime) -> dt.datetime:
    """When work begins after an arrival: who is there before its only window opens waits."""
    opens = dt.datetime.fromisoformat(row.windows[0][0]) if len(row.windows) == 1 else arrival
    return max(arrival, opens)


def _jeopardy(
    late_by: int, missed: str | None, appointment: Mapping[str, str] | None, clocks: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    if late_by <= 0 or not missed:
        return None
    if missed == "appointment":
        due: Any = appointment["latest"] if appointment else None
    else:
        due = next((one["due"] for one in clocks if one["target"] == missed), None)
    return {"target": missed, "due": due, "late_by": late_by}
