"""Where technicians were, and when they were at work: what is kept of them, and how it is forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from dispatch.store.tables import Absence, ExpectedArrival, Position, Shift, Technician, TrailPoint


def begun_shifts(technician_ids: Collection[str] | None, since: dt.datetime) -> Select[Shift]:
    """Shifts that were begun and are not long over at ``since``, of who still works here; None: everybody's."""
    work_here = select(Technician.id).where(Technician.active)
    query = select(Shift).where(Shift.began_at.is_not(None), Shift.ends_at > since - dt.timedelta(days=1))
    query = query.where(Shift.technician_id.in_(work_here))
    return query if technician_ids is None else query.where(Shift.technician_id.in_(list(technician_ids)))


def absences_since(technician_ids: Collection[str] | None, since: dt.datetime) -> Select[Absence]:
    """Absences that are not over at ``since``."""
    query = select(Absence).where(Absence.ends_at > since)
    return query if technician_ids is None else query.where(Absence.technician_id.in_(list(technician_ids)))


def next_beginning(technician_id: str, after: dt.datetime, but: str) -> Select[dt.datetime | None]:
    """When somebody began to work again, on another shift than ``but``."""
    query = select(func.min(Shift.began_at)).where(Shift.technician_id == technician_id, Shift.id != but)
    return query.where(Shift.began_at >= after)


def forget_whereabouts(session: Session, technician_id: str) -> None:
    """Forget where somebody is, and when they were expected where."""
    session.execute(delete(Position).where(Position.technician_id == technician_id))
    session.execute(delete(ExpectedArrival).where(ExpectedArrival.technician_id == technician_id))


def forget_between(
    session: Session, technician_id: str, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> int:
    """Forget where somebody was between two instants, ``since`` included and ``until`` not; how many points.

    Their shifts are locked first: a report that is under way waits, and then finds them off duty.
    """
    shifts = select(Shift.id).where(Shift.technician_id == technician_id).order_by(Shift.starts_at, Shift.id)
    session.scalars(shifts.with_for_update()).all()
    session.execute(delete(Position).where(Position.technician_id == technician_id, *_between(Position, since, until)))
    gone = delete(TrailPoint).where(TrailPoint.technician_id == technician_id, *_between(TrailPoint, since, until))
    return len(session.scalars(gone.returning(TrailPoint.technician_id)).all())


def _between(
    table: type[Position] | type[TrailPoint], since: dt.datetime | None, until: dt.datetime | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(table.at >= since)
    if until is not None:
        conditions.append(table.at < until)
    return conditions
