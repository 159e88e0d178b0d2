"""The telephone of the simulated company: customers ring, call things off, and agree on another visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.sample.force.luck import Luck
from dispatch.sample.intake import Directory, place_order
from dispatch.sample.orders import Order
from dispatch.services import jobs
from dispatch.store.tables import Job, Visit
from dispatch.store.unit_of_work import UnitOfWork

_PARTS_TAKE = 90
"""Minutes until a part that was ordered is there."""
_AGAIN = frozenset({JobStatus.NEEDS_VISIT, JobStatus.NO_SHOW, JobStatus.WAITING_FOR_PARTS})
_CAN_BE_CALLED_OFF = frozenset({JobStatus.TRIAGED, JobStatus.SCHEDULED, JobStatus.DISPATCHED, JobStatus.ACCEPTED})
_LASTS = dt.timedelta(minutes=30)
"""So long a customer tries to reach us; what was to be called off before the sample began was not."""
_LATEST = dt.time(15)
"""After this a second visit is a matter for tomorrow."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that the desk has to deal with."""

    name: str


@dataclass(frozen=True, slots=True)
class NewOrder(Call):
    """A customer wants something."""

    order: Order


@dataclass(frozen=True, slots=True)
class CallOff(Call):
    """A customer does not want it any more."""

    job: str


@dataclass(frozen=True, slots=True)
class ComeAgain(Call):
    """A customer agrees on another visit."""

    job: str


def calls(uow: UnitOfWork, orders: Sequence[Order], luck: Luck) -> Iterator[Call]:
    """Everything that the telephone has for us by now."""
    placed = set(
        uow.session.scalars(select(Job.external_id).where(Job.external_id.in_([order.name for order in orders])))
    )
    for order in orders:
        if order.received <= uow.now and order.name not in placed:
            yield NewOrder(order.name, order)
    for job in uow.session.scalars(select(Job).where(Job.status.in_(_CAN_BE_CALLED_OFF)).order_by(Job.number)):
        after = luck.job(job.number).called_off_after
        if after is None:
            continue
        since = uow.now - (job.received_at + dt.timedelta(seconds=after))
        if dt.timedelta() <= since < _LASTS:
            yield CallOff(job.number, job.id)
    for job, visit in _unfinished(uow.session):
        chance = luck.job(job.number)
        if not chance.comes_again or visit.finished_at is None:
            continue
        takes = dt.timedelta(seconds=chance.desk_takes)
        if job.status is JobStatus.WAITING_FOR_PARTS:
            takes += dt.timedelta(minutes=_PARTS_TAKE)
        if visit.finished_at + takes <= uow.now:
            yield ComeAgain(job.number, job.id)


def _unfinished(session: Session) -> Iterator[tuple[Job, Visit]]:
    """Jobs that need another visit, with their last one."""
    found = session.execute(
        select(Job, Visit)
        .join(Visit, Visit.job_id == Job.id)
        .where(Job.status.in_(_AGAIN))
        .order_by(Job.number, Visit.sequence)
    )
    last: dict[str, tuple[Job, Visit]] = {job.id: (job, visit) for job, visit in found}
    yield from last.values()


def take(uow: UnitOfWork, call: Call, directory: Directory, zone: dt.tzinfo) -> None:
    """Deal with one call."""
    if isinstance(call, NewOrder):
        place_order(uow, call.order, directory)
    elif isinstance(call, CallOff):
        jobs.act(uow, call.job, JobAction.CANCEL, reason="the customer called it off")
    elif isinstance(call, ComeAgain):
        _agree_on_another_visit(uow, call.job, zone)


def _agree_on_another_visit(uow: UnitOfWork, job_id: str, zone: dt.tzinfo) -> None:
    last = uow.session.scalars(select(Visit).where(Visit.job_id == job_id).order_by(Visit.sequence.desc())).first()
    if last is None or last.status in PLANNABLE:
        return
    jobs.add_visit(uow, job_id, windows=[_next_chance(uow.now.astimezone(zone))])


def _next_chance(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """This afternoon, where it is not too late for that; otherwise the next working day."""
    date = now.date()
    if now.time() < _LATEST:
        return now, dt.datetime.combine(date, dt.time(18), now.tzinfo)
    date += dt.timedelta(days=2 if date.isoweekday() == 6 else 1)
    return dt.datetime.combine(date, dt.time(8), now.tzinfo), dt.datetime.combine(date, dt.time(18), now.tzinfo)
