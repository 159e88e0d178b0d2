"""A day at work as it happens: beginning and ending a shift, taking breaks, and where somebody is."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.events import PositionReported, ShiftChanged, instant
from dispatch.domain.roles import Right
from dispatch.services import asks
from dispatch.services.complaints import Complaints
from dispatch.services.places import check_position
from dispatch.services.rights import require, require_sight
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Position, Shift, Technician
from dispatch.store.unit_of_work import UnitOfWork

EARLY = dt.timedelta(hours=2)
"""How long before its start a shift may begin."""
LONGEST_DELAY = 12 * 3600


class OffDuty(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Somebody who is not at work is not followed."""

    code, title = "off-duty", "They are not at work now"


def report_position(
    uow: UnitOfWork,
    technician_id: str,
    lat: float,
    lon: float,
    at: dt.datetime | None = None,
    delay: int = 0,
) -> Position:
    """Where somebody is now, and how many seconds traffic adds to their way. Only the latest is kept.

    A report from before the one that is kept changes nothing. Raises :class:`OffDuty` outside of their shifts, so that
    nobody is followed in their own time, :class:`NotFound` or :class:`Invalid`.
    """
    technician = _theirs(uow, technician_id)
    complaints = Complaints()
    check_position(complaints, {"lat": lat, "lon": lon})
    complaints.within("delay", delay, 0, LONGEST_DELAY, "seconds that traffic adds")
    when = uow.now if at is None else asks.moment(at, complaints, "at")
    complaints.raise_any()
    assert when is not None
    when = min(when, uow.now)
    if on_duty(uow, technician_id, when) is None:
        raise OffDuty(f"{technician.name} has no shift at {instant(when)}; nobody is followed outside of work.")
    position = _kept(uow, technician_id, when, lat, lon)
    if position.at <= when:
        position.at, position.lat, position.lon, position.delay = when, lat, lon, delay
        uow.record(
            PositionReported(
                person=technician_id, delay=delay, territory=technician.territory_id, technician=technician_id
            )
        )
    return position


def on_duty(uow: UnitOfWork, technician_id: str, at: dt.datetime) -> Shift | None:
    """The shift that somebody works at an instant: begun and not ended, or by the roster."""
    shifts = uow.session.scalars(
        select(Shift)
        .where(Shift.technician_id == technician_id, Shift.starts_at <= at + EARLY, Shift.ends_at > at - EARLY * 12)
        .order_by(Shift.starts_at.desc())
    )
    for shift in shifts:
        starts = shift.began_at or shift.starts_at
        ends = shift.ended_at or max(
            shift.ends_at + dt.timedelta(seconds=shift.max_overtime),
            at + dt.timedelta(seconds=1) if shift.began_at is not None else shift.ends_at,
        )
        if starts <= at < ends:
            return shift
    return None


def begin_shift(uow: UnitOfWork, shift_id: str, at: dt.datetime | None = None) -> Shift:
    """Somebody begins to work. Saying so again changes nothing. Raises :class:`OffDuty` far outside of the shift."""
    shift, technician = _of_theirs(uow, shift_id)
    if shift.began_at is not None:
        return shift
    when = min(at or uow.now, uow.now)
    if not shift.starts_at - EARLY <= when < shift.ends_at + dt.timedelta(seconds=shift.max_overtime):
        raise OffDuty(f"The shift goes from {instant(shift.starts_at)} to {instant(shift.ends_at)}.", shift=shift_id)
    shift.began_at = when
    _tell(uow, technician, shift, "began")
    return shift


def end_shift(uow: UnitOfWork, shift_id: str, at: dt.datetime | None = None) -> Shift:
    """Somebody stops working; their position is forgotten. Raises :class:`OffDuty` where the shift has not begun."""
    shift, technician = _of_theirs(uow, shift_id)
    if shift.ended_at is not None:
        return shift
    if shift.began_at is None:
        raise OffDuty("The shift has not begun; remove it, or record an absence.", shift=shift_id)
    shift.ended_at = max(min(at or uow.now, uow.now), shift.began_at)
    position = uow.session.get(Position, shift.technician_id)
    if position is not None:
        uow.session.delete(position)
    _tell(uow, technician, shift, "ended")
    return shift


def take_break(uow: UnitOfWork, shift_id: str, break_id: str, at: dt.datetime | None = None) -> Shift:
    """A break of the shift begins. Saying so again changes nothing. Raises :class:`NotFound` or :class:`OffDuty`."""
    shift, technician = _of_theirs(uow, shift_id)
    rest = next((one for one in shift.breaks if one["id"] == break_id), None)
    if rest is None:
        raise NotFound(f"The shift has no break {break_id!r}.", what="break", id=break_id)
    if rest["taken_at"] is not None:
        return shift
    if shift.began_at is None or shift.ended_at is not None:
        raise OffDuty("A break is taken while the shift goes on; begin it first.", shift=shift_id)
    taken = instant(max(min(at or uow.now, uow.now), shift.began_at))
    shift.breaks = [{**one, "taken_at": taken} if one["id"] == break_id else one for one in shift.breaks]
    _tell(uow, technician, shift, "break")
    return shift


def act(
    uow: UnitOfWork, shift_id: str, action: str, *, at: dt.datetime | None = None, break_id: str | None = None
) -> Shift:
    """``begin`` or ``end`` a shift, or ``take_break``; see the functions of these names."""
    if action == "take_break":
        return take_break(uow, shift_id, break_id or "", at)
    return begin_shift(uow, shift_id, at) if action == "begin" else end_shift(uow, shift_id, at)


# -- parts -------------------------------------------------------------------------------------------------------------


def _theirs(uow: UnitOfWork, technician_id: str) -> Technician:
    """The technician, for themselves or for a dispatcher of their territory."""
    technician = uow.get(Technician, technician_id)
    if uow.actor.technician == technician_id:
        require(uow, Right.WORK_VISITS)
    elif not uow.actor.may(Right.ACT_ON_VISITS) and uow.actor.may(Right.WORK_VISITS):
        raise NotFound(f"There is no technician {technician_id!r}.", what="technician", id=technician_id)
    else:
        require_sight(uow, Right.ACT_ON_VISITS, technician.territory_id, "technician", technician_id)
    return technician


def _of_theirs(uow: UnitOfWork, shift_id: str) -> tuple[Shift, Technician]:
    technician = _theirs(uow, uow.get(Shift, shift_id).technician_id)
    return locked(uow, Shift, shift_id), technician


def _kept(uow: UnitOfWork, technician_id: str, when: dt.datetime, lat: float, lon: float) -> Position:
    query = select(Position).where(Position.technician_id == technician_id).with_for_update()
    position = uow.session.scalar(query)
    if position is not None:
        return position
    try:
        with uow.session.begin_nested():
            position = Position(technician_id=technician_id, at=when, lat=lat, lon=lon, delay=0)
            uow.session.add(position)
        return position
    except IntegrityError:  # two reports at one moment: the other one was first
        return uow.session.scalars(query).one()


def _tell(uow: UnitOfWork, technician: Technician, shift: Shift, duty: str) -> None:
    uow.record(
        ShiftChanged(
            shift=shift.id,
            person=technician.id,
            duty=duty,
            territory=technician.territory_id,
            technician=technician.id,
        )
    )
