"""Absences: times in which somebody cannot work."""

from __future__ import annotations

import datetime as dt

from dispatch.domain.events import AbsenceRecorded, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services import asks
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require_sight
from dispatch.store.queries import trail
from dispatch.store.tables import Absence, Technician
from dispatch.store.unit_of_work import UnitOfWork

LONGEST = dt.timedelta(days=2 * 366)


def record_absence(
    uow: UnitOfWork, technician_id: str, starts_at: dt.datetime, ends_at: dt.datetime, reason: str = ""
) -> Absence:
    """Somebody cannot work from then to then, and nobody knows where they were then. Plans hear of it by the event.

    Raises :class:`Invalid`.
    """
    technician = uow.get(Technician, technician_id)
    require_sight(uow, Right.RECORD_ABSENCE, technician.territory_id, "technician", technician_id)
    complaints = Complaints()
    starts = asks.moment(starts_at, complaints, "starts_at")
    ends = asks.moment(ends_at, complaints, "ends_at")
    if starts is not None and ends is not None and not starts < ends <= starts + LONGEST:
        problem = "ends before it starts" if ends <= starts else "is longer than two years"
        complaints.say("ends_at", f"{instant(starts)} to {instant(ends)}", problem, "correct the start or the end")
    reason = complaints.text("reason", reason, 80)
    complaints.raise_any()
    absence = Absence(id=new_id("absence"), technician_id=technician_id, starts_at=starts, ends_at=ends, reason=reason)
    uow.session.add(absence)
    uow.session.flush()
    trail.forget_between(uow.session, technician_id, starts, ends)
    tell(uow, technician, absence, removed=False)
    return absence


def seen_absence(uow: UnitOfWork, absence_id: str) -> Absence:
    """The absence, if the actor may see whose it is."""
    absence = uow.get(Absence, absence_id)
    territory = uow.get(Technician, absence.technician_id).territory_id
    require_sight(uow, Right.READ_PEOPLE, territory, "absence", absence_id)
    return absence


def remove_absence(uow: UnitOfWork, absence_id: str) -> None:
    """Somebody can work after all."""
    absence = uow.get(Absence, absence_id)
    technician = uow.get(Technician, absence.technician_id)
    require_sight(uow, Right.RECORD_ABSENCE, technician.territory_id, "absence", absence_id)
    uow.session.delete(absence)
    tell(uow, technician, absence, removed=True)


def tell(uow: UnitOfWork, technician: Technician, absence: Absence, *, removed: bool) -> None:
    """Say that somebody cannot work for a while, or (``removed``) can after all."""
    uow.record(
        AbsenceRecorded(
            absence=absence.id,
            person=technician.id,
            start=instant(absence.starts_at),
            end=instant(absence.ends_at),
            removed=removed,
            territory=technician.territory_id,
            technician=technician.id,
        )
    )
