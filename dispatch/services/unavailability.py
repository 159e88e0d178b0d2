"""Technicians who say that they cannot work just now, and that they can again.

It is an absence like any other, so plans hear of it in the same way; but it is their own: they may record it without
the right to record absences, only for themselves and only from now on, and only such a one may they end.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dispatch.domain.errors import Forbidden
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.absences import tell
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require
from dispatch.store.queries import trail
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Absence, Technician
from dispatch.store.unit_of_work import UnitOfWork

LONGEST = dt.timedelta(hours=24)


def begin(uow: UnitOfWork, technician_id: str, minutes: int, reason: str, at: dt.datetime) -> Absence:
    """A technician cannot work from ``at`` on for so many minutes. Saying so again moves the end.

    For themselves, or for who acts on visits for them. Raises :class:`Invalid` or :class:`Forbidden`.
    """
    technician = _theirs(uow, technician_id)
    complaints = Complaints()
    complaints.within("minutes", minutes, 1, LONGEST // dt.timedelta(minutes=1), "call the dispatcher for longer ones")
    reason = complaints.text("reason", reason, 80)
    complaints.raise_any()
    starts = min(at, uow.now).replace(microsecond=0)
    ends = starts + dt.timedelta(minutes=minutes)
    absence = _going_on(uow, technician_id, starts)
    if absence is None:
        absence = Absence(
            id=new_id("absence"), technician_id=technician_id, starts_at=starts, ends_at=ends, reason=reason, own=True
        )
        uow.session.add(absence)
    else:
        absence.ends_at, absence.reason = ends, reason or absence.reason
    uow.session.flush()
    trail.forget_between(uow.session, technician_id, absence.starts_at, absence.ends_at)
    tell(uow, technician, absence, removed=False)
    return absence


def end(uow: UnitOfWork, technician_id: str, at: dt.datetime) -> bool:
    """A technician can work again: what they have said themselves ends; whether there was such a thing."""
    technician = _theirs(uow, technician_id)
    when = min(at, uow.now).replace(microsecond=0)
    absence = _going_on(uow, technician_id, when)
    if absence is None:
        return False
    if when <= absence.starts_at:
        uow.session.delete(absence)
    else:
        absence.ends_at = when
        uow.session.flush()
    tell(uow, technician, absence, removed=True)
    return True


def _theirs(uow: UnitOfWork, technician_id: str) -> Technician:
    technician = locked(uow, Technician, technician_id)
    if uow.actor.technician == technician_id:
        require(uow, Right.WORK_VISITS)
    elif not uow.actor.may(Right.RECORD_ABSENCE):
        raise Forbidden("People say only of themselves that they cannot work.", right=Right.RECORD_ABSENCE.value)
    else:
        require(uow, Right.RECORD_ABSENCE, technician.territory_id)
    return technician


def _going_on(uow: UnitOfWork, technician_id: str, at: dt.datetime) -> Absence | None:
    running = select(Absence).where(
        Absence.technician_id == technician_id, Absence.own, Absence.starts_at <= at, Absence.ends_at > at
    )
    return uow.session.scalar(running.order_by(Absence.starts_at.desc(), Absence.id).limit(1))
